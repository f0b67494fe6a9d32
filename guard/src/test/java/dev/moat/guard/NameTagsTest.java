package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NameTagsTest {
  @Test
  void everyTypeHasTwoTagsOfItsOwn() {
    Set<Integer> tags = new HashSet<>();
    for (String type : NameTags.TYPES) {
      assertEquals(type, NameTags.type(NameTags.of(type, true)));
      assertEquals(type, NameTags.type(NameTags.of(type, false)));
      tags.add(NameTags.of(type, true));
      tags.add(NameTags.of(type, false));
    }
    assertEquals(NameTags.COUNT, tags.size());
    assertFalse(tags.contains(NameTags.OUTSIDE));
    assertEquals(PersonalTypes.NAMES, Set.copyOf(NameTags.TYPES));
  }

  @Test
  void aNameGoesOnOnlyAfterAWordOfItsType() {
    int begins = NameTags.of(PersonalTypes.PERSON, true);
    int goesOn = NameTags.of(PersonalTypes.PERSON, false);
    assertTrue(NameTags.mayFollow(begins, goesOn));
    assertTrue(NameTags.mayFollow(goesOn, goesOn));
    assertFalse(NameTags.mayFollow(NameTags.OUTSIDE, goesOn));
    assertFalse(NameTags.mayFollow(NameTags.of(PersonalTypes.PLACE, false), goesOn));
    assertFalse(NameTags.mayFollow(NameTags.of(PersonalTypes.PLACE, true), goesOn));
  }

  @Test
  void aNameMayBeginAndEndAnywhere() {
    for (int before = 0; before <= NameTags.COUNT; before++) {
      assertTrue(NameTags.mayFollow(before, NameTags.OUTSIDE));
      assertTrue(NameTags.mayFollow(before, NameTags.of(PersonalTypes.ADDRESS, true)));
    }
    assertFalse(NameTags.goesOn(NameTags.OUTSIDE));
  }
}
