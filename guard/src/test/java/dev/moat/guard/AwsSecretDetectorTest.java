package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class AwsSecretDetectorTest {
  private static final String ID = "AKIAQYLPMN5HHHFPZAM2";
  private static final String SECRET = "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";

  @Test
  void findsTheSecretBehindItsId() {
    for (String frame :
        List.of(
            "new BasicAWSCredentials(\"%s\", \"%s\")",
            "credentials('%s','%s')", "%s,%s\r\n", "%s\n%s", "%s / %s")) {
      String text = frame.formatted(ID, SECRET);
      assertEquals(
          List.of("aws-access-key=" + ID, "aws-secret-key=" + SECRET), Found.in(text), text);
    }
  }

  @Test
  void findsSecretsThatBeginWithMark() {
    String secret = "/" + SECRET.substring(1);
    assertEquals(
        List.of("aws-access-key=" + ID, "aws-secret-key=" + secret),
        Found.in("(\"" + ID + "\", \"" + secret + "\")"));
  }

  @Test
  void leavesTheSameLengthWithoutAnId() {
    assertEquals(List.of(), Found.in("(\"" + SECRET + "\")"));
    assertEquals(List.of(), Found.in("AKIA and \"" + SECRET + "\""));
  }

  @Test
  void leavesDigestsAndOtherLengthsBehindAnId() {
    for (String other :
        List.of("5a2f768e1b9c44298fc1c149afbf4c8996fb9242", SECRET + "x", SECRET.substring(1))) {
      assertEquals(List.of("aws-access-key=" + ID), Found.in(ID + ", " + other), other);
    }
  }

  @Test
  void leavesWhatStandsFarFromTheId() {
    String text = ID + " ".repeat(Window.CONTEXT - ID.length() + 1) + SECRET;
    assertEquals(List.of("aws-access-key=" + ID), Found.in(text));
    assertEquals(2, Found.in(text.replaceFirst(" ", "")).size());
  }
}
