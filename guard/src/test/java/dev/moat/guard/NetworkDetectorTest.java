package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkDetectorTest {
  private static void finds(String type, String value, String text) {
    assertEquals(List.of(type + "=" + value), Found.in(text), text);
  }

  private static void leaves(String... texts) {
    for (String text : texts) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }

  @Test
  void findsHostsOfTheInternet() {
    for (String address : List.of("81.2.69.142", "192.168.1.10", "172.16.5.4", "223.255.255.1")) {
      for (String frame : List.of("%s", "(%s)", "\"%s\"", "http://%s/x", "%s:8080", "%s, then")) {
        finds("ip-address", address, frame.formatted(address));
      }
    }
  }

  @Test
  void leavesAddressesOfNobody() {
    leaves("127.0.0.1", "127.1.2.3", "0.0.0.0", "255.255.255.255", "224.0.0.251", "240.1.1.1");
    leaves("192.0.2.44", "198.51.100.7", "203.0.113.200", "169.254.10.20", "10.20.30.0");
  }

  @Test
  void leavesWhatOnlyLooksLikeAnAddress() {
    leaves("256.1.2.3", "81.2.69", "81.2.69.142.5", "81.2.69.1422", "081.2.69.142", "81..69.142");
    leaves("v81.2.69.142", "x81.2.69.142", "81.2.69.142x", "version 81.2.69.142", "81.2.69.142-rc");
    leaves("2.5.4.3", "1.3.6.1", "4.13.2.1", "release 81.20.30.40");
  }

  @Test
  void smallNumbersNeedAWord() {
    finds("ip-address", "1.2.3.4", "host 1.2.3.4");
    finds("ip-address", "8.8.4.4", "dns: 8.8.4.4");
    finds("ip-address", "10.0.0.7", "client address=10.0.0.7");
    leaves("1.2.3.4", "see 8.8.4.4");
  }

  @Test
  void leavesVersionsOfTwoDigits() {
    leaves("javac 25.0.1.8", "org.x:y:33.12.1.4", "tag 99.1.1.1");
    finds("ip-address", "100.1.1.2", "at 100.1.1.2");
    finds("ip-address", "25.0.1.8", "server 25.0.1.8");
  }

  @Test
  void labelMayStandAtTheAddress() {
    finds("ip-address", "81.2.69.142", "inet addr:81.2.69.142 Bcast");
    finds("ip-address", "81.2.69.142", "client:81.2.69.142:443");
    finds("ip-address", "81.2.69.142", "[::ffff:81.2.69.142]");
    leaves("com.x:y:1.18.30.40", "a:81.2.69.142");
  }

  @Test
  void findsTheLongerAddresses() {
    for (String address :
        List.of(
            "2a02:8108:96bf:e4a8:1:2:3:1f0", "2a02:8108:96bf::1f0", "2607:f8b0:4005:805::200e")) {
      finds("ip-address", address, "at " + address + " now");
      finds("ip-address", address, "[" + address + "]:443");
    }
    leaves("::1", "fe80::1", "2001:db8::1:2:3:4", "a::b", "12:34:56", "1:2:3:4:5:6:7:8");
    leaves("2a02:8108:96bf", "2a02::8108::96bf", "Foo::bar", "java::util::2List");
  }

  @Test
  void findsDevicesByTheirSixPairs() {
    finds("mac-address", "3c:22:fb:4a:9e:01", "3c:22:fb:4a:9e:01");
    finds("mac-address", "3C-22-FB-4A-9E-01", "id 3C-22-FB-4A-9E-01.");
    leaves("3c:22:fb:4a:9e", "3c:22:fb:4a:9e:01:77", "3c:22-fb:4a:9e:01", "00-00-00-00-00-00");
    leaves("3g:22:fb:4a:9e:01", "13c:22:fb:4a:9e:01", "3c:22:fb:4a:9e:011");
  }
}
