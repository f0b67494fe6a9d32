package dev.moat.registry;

/**
 * One link of the chain of proof behind an answer: a thing, whether what is said of it holds, and
 * the figures or the fault.
 *
 * @param what the thing, such as {@code adapter} or {@code scorecard}
 * @param subject the name of it: a digest, a ledger index, a commit
 * @param holds whether everything that was checked of it is true
 * @param detail one line for people: what was checked, or exactly what is wrong
 */
public record Link(String what, String subject, boolean holds, String detail) {
  static Link holding(String what, Object subject, String detail) {
    return new Link(what, subject.toString(), true, detail);
  }

  static Link broken(String what, Object subject, String detail) {
    return new Link(what, subject.toString(), false, detail);
  }

  @Override
  public String toString() {
    return (holds ? "ok      " : "BROKEN  ") + what + " " + subject + ": " + detail;
  }
}
