package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LoginDetectorTest {
  @Test
  void findsThePasswordAfterTheUsersName() {
    for (String frame :
        List.of(
            "curl -u admin:%s https://host.example",
            "curl -u 'admin:%s' https://host.example",
            "curl -u \"admin:%s\" https://host.example",
            "curl --user admin:%s https://host.example",
            "curl --user=admin:%s https://host.example",
            "curl --proxy-user j.doe@corp:%s https://host.example",
            "wget -q -u bob:%s")) {
      String text = frame.formatted("hunter2-Foo");
      assertEquals(List.of("password=hunter2-Foo"), Found.in(text), text);
    }
    assertEquals(List.of("password=!aB3!x9"), Found.in("curl -u bob:!aB3!x9 h"));
  }

  @Test
  void leavesPlaceholdersAndOtherColons() {
    for (String text :
        List.of(
            "curl -u username:password https://host.example",
            "curl -u \"$USER:$PASSWORD\" https://host.example",
            "curl -u user:${TOKEN} https://host.example",
            "run -u https://host.example/path1",
            "docker run -u 1000:100 image",
            "menu admin:hunter2-Foo",
            "at 12:30:45, see a::b2c3d4")) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }
}
