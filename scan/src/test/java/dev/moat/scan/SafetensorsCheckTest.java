package dev.moat.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SafetensorsCheckTest {
  private static final String ONE =
      "\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}";
  private static final String TWO =
      "\"b\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[16,22]}";

  private static FileReport judge(byte[] bytes) {
    return Samples.judge("model.safetensors", bytes);
  }

  private static FileReport judge(String header, int dataBytes) {
    return judge(Samples.safetensors(header, dataBytes));
  }

  private static void finds(String rule, ScanVerdict verdict, FileReport report) {
    assertEquals(List.of(rule), Samples.rules(report), report.toString());
    assertEquals(verdict, report.verdict(), report.toString());
  }

  private static void refuses(String rule, String header, int dataBytes) {
    finds("safetensors-" + rule, ScanVerdict.MALICIOUS, judge(header, dataBytes));
  }

  private static String tensor(String fields) {
    return "{\"a\":{" + fields + "}}";
  }

  @Test
  void passesWhatIsWrittenAsTheFormatSays() {
    for (String header :
        List.of(
            "{" + ONE + "," + TWO + "}",
            "{" + TWO + "," + ONE + "}",
            "{\"__metadata__\":{\"format\":\"pt\"}," + ONE + "," + TWO + "}   ")) {
      FileReport report = judge(header, 22);
      assertEquals(ScanVerdict.CLEAN, report.verdict(), report.toString());
      assertEquals("safetensors", report.format());
    }
    assertEquals(ScanVerdict.CLEAN, judge("{}", 0).verdict());
    assertEquals(ScanVerdict.CLEAN, judge("{\"__metadata__\":{}}", 0).verdict());
  }

  @Test
  void passesScalarsAndEmptyTensors() {
    assertEquals(
        ScanVerdict.CLEAN,
        judge(tensor("\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]"), 8).verdict());
    assertEquals(
        ScanVerdict.CLEAN,
        judge(tensor("\"dtype\":\"U8\",\"shape\":[0,5],\"data_offsets\":[0,0]"), 0).verdict());
    assertEquals(
        ScanVerdict.CLEAN,
        judge(tensor("\"dtype\":\"F4\",\"shape\":[4],\"data_offsets\":[0,2]"), 2).verdict());
  }

  @Test
  void passesAHeaderWhoseLengthLooksLikeAPickle() {
    String header = "{" + ONE + "}";
    FileReport report = judge(header + " ".repeat(640 - header.length()), 16);
    assertEquals("safetensors", report.format());
    assertEquals(ScanVerdict.CLEAN, report.verdict(), report.toString());
  }

  @Test
  void refusesHolesOverlapsAndRests() {
    refuses("trailing", "{" + ONE + "}", 17);
    refuses(
        "hole",
        "{" + ONE + ",\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[17,19]}}",
        19);
    refuses(
        "overlap",
        "{" + ONE + ",\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[14,18]}}",
        18);
    refuses(
        "overlap",
        "{" + ONE + ",\"b\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
        16);
    refuses("hole", tensor("\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]"), 8);
  }

  @Test
  void callsAFileThatEndsTooEarlyUnreadable() {
    finds("safetensors-short", ScanVerdict.UNREADABLE, judge("{" + ONE + "}", 15));
    finds(
        "safetensors-short",
        ScanVerdict.UNREADABLE,
        judge(Samples.safetensors(5000, Samples.ascii("{" + ONE + "}"), 16)));
    assertEquals(ScanVerdict.UNREADABLE, judge(new byte[] {1, 2, 3}).verdict());
  }

  @Test
  void refusesLengthsThatNoHeaderHas() {
    for (long length : new long[] {0, -1, Long.MIN_VALUE, 100_000_001, 1L << 62}) {
      FileReport report = judge(Samples.safetensors(length, Samples.ascii("{}"), 0));
      assertTrue(Samples.rules(report).contains("safetensors-header-length"), "" + length);
      assertEquals(ScanVerdict.MALICIOUS, report.verdict());
    }
  }

  @Test
  void refusesHeadersThatReadersUnderstandDifferently() {
    refuses("header-json", "{" + ONE + "," + ONE + "}", 16);
    refuses("header-json", "{" + ONE + ",\"\\u0061\":{}}", 16);
    refuses("header-json", "{" + ONE + "} {}", 16);
    refuses("header-json", "{" + ONE + ",}", 16);
    refuses("header-json", "{'a':{}}", 0);
    refuses("header-json", "{" + ONE, 16);
    refuses("header-json", "{\"a\":NaN}", 0);
    refuses("header-json", "{/**/}", 0);
    refuses("header-json", "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}", 0);
    FileReport blank = judge(" {" + ONE + "}", 16);
    assertTrue(Samples.rules(blank).contains("safetensors-header-start"), blank.toString());
    byte[] bad = {'{', '"', (byte) 0xC3, '"', ':', '{', '}', '}'};
    finds(
        "safetensors-header-text",
        ScanVerdict.MALICIOUS,
        judge(Samples.safetensors(bad.length, bad, 0)));
    byte[] wide = "{\"a\":{}}".getBytes(StandardCharsets.UTF_16LE);
    finds(
        "safetensors-header-text",
        ScanVerdict.MALICIOUS,
        judge(Samples.safetensors(wide.length, wide, 0)));
  }

  @Test
  void refusesEntriesThatAreNotExactlyThreeFields() {
    refuses("entry", tensor("\"dtype\":\"U8\",\"shape\":[1]"), 1);
    refuses("entry", tensor("\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"x\":1"), 1);
    refuses("entry", tensor("\"dtype\":8,\"shape\":[1],\"data_offsets\":[0,1]"), 1);
    refuses("entry", tensor("\"dtype\":\"U8\",\"shape\":1,\"data_offsets\":[0,1]"), 1);
    refuses("entry", tensor("\"dtype\":\"U8\",\"shape\":[1.0],\"data_offsets\":[0,1]"), 1);
    refuses("entry", tensor("\"dtype\":\"U8\",\"shape\":[\"1\"],\"data_offsets\":[0,1]"), 1);
    refuses("entry", tensor("\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,1]"), 1);
    refuses("entry", tensor("\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0]"), 1);
    refuses("entry", tensor("\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,2]"), 1);
    refuses("entry", tensor("\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[-1,0]"), 1);
    refuses(
        "entry",
        tensor("\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,18446744073709551617]"),
        1);
    refuses("entry", "{\"a\":[]}", 0);
    refuses("entry", "{\"a\":null}", 0);
    String deep = "1,".repeat(16) + "1";
    refuses("entry", tensor("\"dtype\":\"U8\",\"shape\":[" + deep + "],\"data_offsets\":[0,1]"), 1);
  }

  @Test
  void refusesSizesThatDoNotFit() {
    refuses("size", tensor("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]"), 4);
    refuses("size", tensor("\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[8,4]"), 8);
    refuses("size", tensor("\"dtype\":\"F6_E2M3\",\"shape\":[1],\"data_offsets\":[0,1]"), 1);
    String huge = "4294967296,4294967296";
    refuses(
        "overflow", tensor("\"dtype\":\"U8\",\"shape\":[" + huge + "],\"data_offsets\":[0,0]"), 0);
    refuses(
        "overflow",
        tensor("\"dtype\":\"F64\",\"shape\":[2305843009213693952],\"data_offsets\":[0,0]"),
        0);
  }

  @Test
  void refusesMetadataThatIsNotStrings() {
    refuses("metadata", "{\"__metadata__\":{\"a\":1}}", 0);
    refuses("metadata", "{\"__metadata__\":{\"a\":{}}}", 0);
    refuses("metadata", "{\"__metadata__\":\"pt\"}", 0);
    refuses("metadata", "{\"__metadata__\":[]}", 0);
  }

  @Test
  void refusesNamesThatCannotBeShown() {
    refuses("name", "{\"\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1);
    refuses("name", "{\"a\\u0000\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1);
    refuses(
        "header-json", "{\"\\ud800\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1);
  }

  @Test
  void doesNotGuessAnUnknownElementType() {
    finds(
        "safetensors-dtype",
        ScanVerdict.UNREADABLE,
        judge(tensor("\"dtype\":\"F12\",\"shape\":[2],\"data_offsets\":[0,3]"), 3));
  }

  @Test
  void noChangedByteOfAHeaderPassesAsAnotherModel() {
    byte[] good = Samples.safetensors("{" + ONE + "," + TWO + "}", 22);
    assertEquals(ScanVerdict.CLEAN, judge(good).verdict());
    int refused = 0;
    for (int i = 0; i < 8; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 1;
      assertNotEquals(ScanVerdict.CLEAN, judge(bad).verdict(), "length byte " + i);
      refused++;
    }
    assertEquals(8, refused);
  }

  @Test
  void seesAnArchiveAtTheEnd() {
    byte[] file =
        Samples.safetensors(tensor("\"dtype\":\"U8\",\"shape\":[30],\"data_offsets\":[0,30]"), 30);
    byte[] end = Samples.ascii("PK\u0005\u0006");
    System.arraycopy(end, 0, file, file.length - 22, end.length);
    finds("polyglot", ScanVerdict.SUSPICIOUS, judge(file));
  }
}
