package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommandPasswordDetectorTest {
  @Test
  void findsPasswordsGluedToTheOption() {
    for (String frame :
        List.of(
            "mysql -u root -p%s shop",
            "mysqldump -h db -p%s shop > dump.sql",
            "sshpass -p%s ssh root@host",
            "mariadb -uroot -p%s")) {
      String text = frame.formatted("hunter2-Foo");
      assertEquals(List.of("password=phunter2-Foo"), Found.in(text), text);
    }
  }

  @Test
  void findsPasswordsAfterTheOption() {
    for (String text :
        List.of(
            "sshpass -p hunter2-Foo ssh root@host",
            "sshpass -p 'hunter2-Foo' ssh root@host",
            "docker login -u bob -p hunter2-Foo registry.example")) {
      assertEquals(List.of("password=hunter2-Foo"), Found.in(text), text);
    }
  }

  @Test
  void leavesOtherOptions() {
    for (String text :
        List.of(
            "mysql -u root -p shop",
            "mysql -p$MYSQL_PASSWORD shop",
            "mysql -ppassword shop",
            "ls -project12",
            "well-placed3 words",
            "mkdir -p build2/out",
            "docker run -p 8080:80 image")) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }
}
