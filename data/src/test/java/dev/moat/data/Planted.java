package dev.moat.data;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Ten and one kinds of things that must never reach an artifact. They are made from halves, so that
 * no scanner takes this file for a leak.
 */
enum Planted {
  AWS_KEY("AK" + "IAQ3EGRIHBXD5MZ7TK", "AKIA"),
  GITHUB_TOKEN(githubToken(), "ghp_"),
  PRIVATE_KEY(
      "-----BEGIN RSA PRIVATE"
          + " KEY-----\n"
          + "MIIEpAIBAAKCAQEA7bq0Zk3rX5fNq9Zk3rX5fNMIIEpAIBAAKCAQEA7bq0Zk3rX5fN\n"
          + "-----END RSA PRIVATE"
          + " KEY-----",
      "MIIEpAIBAAKCAQEA7bq0Zk3rX5fNq9Zk3rX5fNMIIEpAIBAAKCAQEA7bq0Zk3rX5fN"),
  JWT(
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
          + ".eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkphbmUifQ"
          + ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
      "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"),
  PASSWORD("password = \"tR7&qLw9" + "zVb2\"", "tR7&qLw9" + "zVb2"),
  EMAIL("jane.roe@" + "initech.com", "jane.roe"),
  CARD("4539 1488 " + "0343 6467", "0343 6467"),
  IBAN("DE8937040044" + "0532013000", "0532013000"),
  PHONE("+1 415 " + "632 2671", "632 2671"),
  SSN("536-22-" + "8726", "22-8726"),
  IP_ADDRESS("52.95." + "110.17", "110.17");

  private final String text;
  private final String trace;

  Planted(String text, String trace) {
    this.text = text;
    this.trace = trace;
  }

  /** How it stands in a text. */
  String text() {
    return text;
  }

  /** What must be found nowhere. */
  String trace() {
    return trace;
  }

  /** How it stands on one line, where it can. */
  static List<Planted> ofOneLine() {
    return List.of(AWS_KEY, GITHUB_TOKEN, JWT, PASSWORD, EMAIL, CARD, IBAN, PHONE, SSN, IP_ADDRESS);
  }

  /** A line of words that a detector may want beside it. */
  String inContext() {
    return switch (this) {
      case CARD -> "card number " + text;
      case PHONE -> "phone " + text;
      case SSN -> "SSN " + text;
      case IP_ADDRESS -> "host " + text + " is up";
      default -> text;
    };
  }

  /** A token with the checksum that such tokens end in. */
  private static String githubToken() {
    String body = "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1";
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.US_ASCII));
    String alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    StringBuilder check = new StringBuilder();
    long value = crc.getValue();
    for (int i = 0; i < 6; i++) {
      check.insert(0, alphabet.charAt((int) (value % 62)));
      value /= 62;
    }
    return "gh" + "p_" + body + check;
  }
}
