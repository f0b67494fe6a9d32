package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PackageDetectorTest {
  private static final OperatorLists LISTS =
      new OperatorLists(
          Set.of(),
          false,
          Set.of("requests", "Left_Pad", "@types/node", "github.com/a/b"),
          Set.of());

  private static List<String> found(String text) {
    return Noticed.in(Channel.OUTPUT, text, LISTS);
  }

  @Test
  void anUnknownPackageIsUnsafeInCodeToo() {
    for (String order :
        List.of(
            "pip install reqeusts",
            "pip3 install --upgrade reqeusts",
            "npm i reqeusts",
            "npm install -g reqeusts",
            "yarn add @types/nodes",
            "cargo add reqeusts",
            "gem install reqeusts",
            "go get github.com/a/c",
            "uv add reqeusts",
            "pip install requests reqeusts")) {
      assertEquals(List.of("unsafe.package=" + order), found("run " + order), order);
      assertEquals(List.of("unsafe.package=" + order), found("```\n" + order + "\n```"), order);
    }
  }

  @Test
  void knownPackagesAreNot() {
    for (String order :
        List.of(
            "pip install requests",
            "pip install Requests==2.31.0 left-pad",
            "pip install \"requests>=2.0,<3\"",
            "pip install requests[socks]",
            "pip install requests.",
            "npm install left.pad@1.3.0 @types/node@20",
            "go get github.com/a/b@latest",
            "pip install -r requirements.txt",
            "npm install",
            "npm run reqeusts",
            "I go get a coffee",
            "yarn and reqeusts")) {
      assertEquals(List.of(), found("run " + order + "\nand so on"), order);
    }
  }

  @Test
  void withoutAListNothingIsUnknown() {
    assertEquals(List.of(), Noticed.in(Channel.OUTPUT, "pip install reqeusts"));
  }
}
