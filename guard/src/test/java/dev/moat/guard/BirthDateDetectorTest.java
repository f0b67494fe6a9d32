package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class BirthDateDetectorTest {
  @Test
  void findsDatesInTheUsualForms() {
    for (String date :
        List.of(
            "12/03/1980",
            "3/1/80",
            "12.03.1980",
            "12-03-1980",
            "1980-03-12",
            "1980/3/2",
            "12 March 1980",
            "12th of March 1980",
            "2nd Mar 1980",
            "March 12, 1980",
            "mar 12th 1980",
            "Sept. 3, 1971".replace("Sept.", "Sep"))) {
      for (String before : List.of("DOB: ", "born on ", "Date of birth - ", "\"birthDate\": \"")) {
        assertEquals(List.of("birth-date=" + date), Found.in(before + date), before + date);
      }
    }
  }

  @Test
  void leavesDatesOfOtherThings() {
    for (String text :
        List.of(
            "on 12/03/1980",
            "expires 1980-03-12",
            "12 March 1980",
            "unborn 12/03/1980",
            "stubborn: 12/03/1980",
            "released March 12, 1980")) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }

  @Test
  void leavesWhatIsNoDate() {
    for (String text :
        List.of(
            "born 12/03",
            "born 12/03/198",
            "born 12-03/1980",
            "born 12 Marble 19",
            "born 1980",
            "born in March",
            "born 12/03/19801",
            "born March 1980",
            "DOB v12/03/1980x")) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }
}
