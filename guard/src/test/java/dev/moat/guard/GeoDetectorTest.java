package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class GeoDetectorTest {
  @Test
  void findsPairsBesideAWord() {
    for (String before : List.of("located at ", "GPS: ", "coordinates = ", "geo ")) {
      for (String pair : List.of("48.8584, 2.2945", "-33.8688,151.2093", "48.858 -2.294")) {
        assertEquals(
            List.of("geo-coordinates=" + pair), Found.in(before + pair + "."), before + pair);
      }
    }
  }

  @Test
  void findsEachAxisByItsName() {
    assertEquals(
        List.of("geo-coordinates=-33.8688", "geo-coordinates=151.2093"),
        Found.in("{\"latitude\": -33.8688, \"longitude\": 151.2093}"));
    assertEquals(List.of("geo-coordinates=48.8584"), Found.in("lat 48.8584 north"));
  }

  @Test
  void leavesOtherNumbers() {
    for (String text :
        List.of(
            "48.8584, 2.2945",
            "location 48.8584",
            "located at 48.85, 2.29",
            "located at 91.8584, 2.2945",
            "located at 48.8584, 181.2945",
            "lat v48.8584",
            "lat 48.8584.1",
            "lat 48.8584x",
            "flat 48.8584",
            "lat 4888.8584")) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }
}
