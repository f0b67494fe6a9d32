package dev.moat.guard;

/** The longest match offered at one position; of equal ones, the first offered. */
final class Best {
  private String type = "";
  private int end;
  private Tail tail = Tail.NONE;
  private boolean open;

  /** Forgets all offers. */
  void clear() {
    if (end == 0) {
      return;
    }
    type = "";
    end = 0;
    tail = Tail.NONE;
    open = false;
  }

  /** Offers a match that ends before {@code end}. */
  void offer(String type, int end) {
    if (end > this.end) {
      this.type = type;
      this.end = end;
      this.open = false;
    }
  }

  /** Offers a match of which {@code tail} takes what follows {@code end}. */
  void offer(String type, int end, Tail tail) {
    if (end > this.end) {
      this.type = type;
      this.end = end;
      this.tail = tail;
      this.open = true;
    }
  }

  /** Offers what {@code other} holds. */
  void take(Best other) {
    if (other.open) {
      offer(other.type, other.end, other.tail);
    } else {
      offer(other.type, other.end);
    }
  }

  /** Whether {@link #tail} takes what follows. */
  boolean isOpen() {
    return open;
  }

  boolean isEmpty() {
    return end == 0;
  }

  String type() {
    return type;
  }

  int end() {
    return end;
  }

  Tail tail() {
    return tail;
  }
}
