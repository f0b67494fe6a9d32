package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LicencesTest {
  private static final String APACHE_NOTICE =
      """
      /*
       * Licensed under the Apache License, Version 2.0 (the "License");
       * you may not use this file except in compliance with the License.
       */
      """;
  private static final String MIT_TEXT =
      """
      Copyright (c) 2020 Someone

      Permission is hereby granted, free of charge, to any person obtaining a copy
      of this software. The above copyright notice shall be included.
      """;
  private static final Licences NONE = Licences.of(Map.of());

  @Test
  void readsSpdxHeaderOfAnyCommentStyle() {
    assertEquals(Optional.of("MIT"), NONE.of("a.c", "// SPDX-License-Identifier: MIT\n"));
    assertEquals(Optional.of("MIT"), NONE.of("a.c", "/* SPDX-License-Identifier: MIT */\n"));
    assertEquals(Optional.of("MIT"), NONE.of("a.md", "<!-- SPDX-License-Identifier: MIT -->\n"));
  }

  @Test
  void readsSpdxExpressions() {
    String head =
        "# SPDX-License-Identifier: (EPL-2.0 OR  GPL-2.0-only WITH Classpath-exception-2.0)";
    assertEquals(
        Optional.of("(EPL-2.0 OR GPL-2.0-only WITH Classpath-exception-2.0)"),
        NONE.of("a.py", head));
  }

  @Test
  void takesNothingUnknownFromAnSpdxHeader() {
    String planted = "// SPDX-License-Identifier: " + Planted.AWS_KEY.text() + "\n";
    assertEquals(Optional.empty(), NONE.of("a.c", planted));
    assertEquals(Optional.empty(), NONE.of("a.c", "// SPDX-License-Identifier:\n"));
    assertEquals(Optional.empty(), NONE.of("a.c", "// SPDX-License-Identifier: ()\n"));
  }

  @Test
  void readsNoticeAtTheHead() {
    assertEquals(Optional.of("Apache-2.0"), NONE.of("A.java", APACHE_NOTICE + "class A {}"));
  }

  @Test
  void doesNotReadNoticeFarBelowTheHead() {
    assertEquals(Optional.empty(), NONE.of("A.java", "x\n".repeat(4000) + APACHE_NOTICE));
  }

  @Test
  void tellsTheFamiliesApart() {
    assertEquals(Optional.of("MIT"), Licences.ofText(MIT_TEXT));
    assertEquals(
        Optional.of("LGPL-2.1"),
        Licences.ofText("GNU LESSER GENERAL PUBLIC LICENSE\n Version 2.1, February 1999"));
    assertEquals(
        Optional.of("AGPL-3.0"), Licences.ofText("GNU Affero General Public License\n Version 3"));
    assertEquals(
        Optional.of("GPL-2.0"), Licences.ofText("GNU GENERAL PUBLIC LICENSE\nVersion 2, June"));
    assertEquals(
        Optional.of("BSD-3-Clause"),
        Licences.ofText(
            "Redistribution and use in source and binary forms ... may be used to endorse or"
                + " promote products"));
    assertEquals(
        Optional.of("BSD-2-Clause"),
        Licences.ofText("Redistribution and use in source\n * and binary forms"));
    assertEquals(Optional.of("EPL-2.0"), Licences.ofText("Eclipse Public License - v 2.0"));
    assertEquals(Optional.empty(), Licences.ofText("All rights reserved."));
  }

  @Test
  void takesTheNearestLicenceFile() {
    Licences licences =
        Licences.of(Map.of("LICENSE", APACHE_NOTICE, "third/party/COPYING.txt", MIT_TEXT));
    assertEquals(Optional.of("Apache-2.0"), licences.of("src/A.java", "class A {}"));
    assertEquals(Optional.of("MIT"), licences.of("third/party/deep/a.c", "int a;"));
    assertEquals(Optional.of("Apache-2.0"), licences.of("third/a.c", "int a;"));
  }

  @Test
  void prefersTheFileToTheFolder() {
    Licences licences = Licences.of(Map.of("LICENSE", APACHE_NOTICE));
    assertEquals(Optional.of("MIT"), licences.of("a.c", "// SPDX-License-Identifier: MIT\nint a;"));
  }

  @Test
  void passesOverLicenceFilesItDoesNotKnow() {
    Licences licences = Licences.of(Map.of("LICENSE", APACHE_NOTICE, "lib/LICENSE", "Ask us."));
    assertEquals(Optional.of("Apache-2.0"), licences.of("lib/a.c", "int a;"));
  }

  @Test
  void knowsLicenceFilesByName() {
    assertTrue(Licences.isLicenceFile("LICENSE"));
    assertTrue(Licences.isLicenceFile("a/Licence.md"));
    assertTrue(Licences.isLicenceFile("COPYING.LESSER"));
    assertFalse(Licences.isLicenceFile("LICENSES/readme"));
  }

  @Test
  void fingerprintChangesWithTheLicence() {
    String one = Licences.of(Map.of("LICENSE", APACHE_NOTICE)).fingerprint();
    assertFalse(one.equals(Licences.of(Map.of("LICENSE", MIT_TEXT)).fingerprint()));
    assertFalse(one.equals(NONE.fingerprint()));
  }
}
