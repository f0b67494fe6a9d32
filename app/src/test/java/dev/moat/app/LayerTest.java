package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the import table of the house, by reading the compiled class files. */
final class LayerTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().resolve("..").normalize();
  private static final Pattern HOUSE = Pattern.compile("dev/moat/([a-z]+)/");

  /** What each room may import, in the order of the house: only rooms above, only these. */
  private static final Map<String, Set<String>> TABLE = table();

  private static Map<String, Set<String>> table() {
    Map<String, Set<String>> table = new LinkedHashMap<>();
    for (String line :
        """
        core:
        wire: core
        store: core wire
        trust: core wire store
        flow: core store trust
        guard: core
        scan: core
        engine: core
        data: core wire store trust flow guard
        index: core store trust flow engine data
        train: core wire store trust flow engine data
        eval: core wire store trust flow guard engine data
        registry: core store trust flow scan eval
        serve: core wire store trust guard engine index registry
        watch: core wire store trust
        comply: core store trust watch
        app: core wire store trust flow guard scan engine data index train eval registry serve \
        watch comply
        """
            .split("\n")) {
      String[] parts = line.split(":");
      Set<String> allowed = new TreeSet<>();
      if (parts.length > 1) {
        allowed.addAll(Arrays.asList(parts[1].strip().split(" ")));
      }
      table.put(parts[0], allowed);
    }
    return table;
  }

  /** Outside packages that only one room may know. */
  private static final Map<String, String> ONLY =
      Map.of(
          "io/vertx/", "wire",
          "io/netty/", "wire",
          "io/opentelemetry/", "serve",
          "org/sqlite/", "store",
          "java/sql/", "store",
          "com/google/crypto/tink/", "store",
          "org/eclipse/jgit/", "data",
          "picocli/", "app");

  private static List<String> rooms() {
    return TABLE.keySet().stream()
        .filter(room -> Files.isDirectory(ROOT.resolve(room).resolve("src/main/java")))
        .toList();
  }

  private static List<Path> classes(String room) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve(room).resolve("target/classes"))) {
      return files.filter(file -> file.toString().endsWith(".class")).toList();
    }
  }

  /** Every class name a class file mentions: as a class, in a descriptor or in a signature. */
  private static Set<String> mentioned(Path file) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    ClassModel model = ClassFile.of().parse(file);
    for (PoolEntry entry : model.constantPool()) {
      switch (entry) {
        case ClassEntry type -> names.add(type.asInternalName());
        case Utf8Entry text when text.stringValue().contains(";") -> names.add(text.stringValue());
        default -> {}
      }
    }
    return names;
  }

  @Test
  void theTableItselfHasNoCycle() {
    List<String> order = List.copyOf(TABLE.keySet());
    TABLE.forEach(
        (room, allowed) ->
            allowed.forEach(
                other -> assertTrue(order.indexOf(other) < order.indexOf(room), room + other)));
  }

  @Test
  void everyModuleOfTheBuildStandsInTheTable() throws IOException {
    Matcher modules =
        Pattern.compile("<module>([^<]+)</module>")
            .matcher(Files.readString(ROOT.resolve("pom.xml")));
    List<String> built = new ArrayList<>();
    while (modules.find()) {
      built.add(modules.group(1));
    }
    assertEquals(rooms(), built);
  }

  @Test
  void roomsImportOnlyWhatTheTableAllows() throws IOException {
    List<String> broken = new ArrayList<>();
    for (String room : rooms()) {
      Set<String> allowed = TABLE.getOrDefault(room, Set.of());
      for (Path file : classes(room)) {
        for (String name : mentioned(file)) {
          Matcher house = HOUSE.matcher(name);
          while (house.find()) {
            String other = house.group(1);
            if (!other.equals(room) && !allowed.contains(other)) {
              broken.add(file.getFileName() + " of " + room + " imports " + other);
            }
          }
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  @Test
  void anOutsideLibraryStaysInTheRoomThatOwnsIt() throws IOException {
    List<String> broken = new ArrayList<>();
    for (String room : rooms()) {
      for (Path file : classes(room)) {
        for (String name : mentioned(file)) {
          ONLY.forEach(
              (library, owner) -> {
                if (!room.equals(owner) && name.contains(library)) {
                  broken.add(file.getFileName() + " of " + room + " imports " + library);
                }
              });
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  @Test
  void nothingUsesReflection() throws IOException {
    List<String> broken = new ArrayList<>();
    for (String room : rooms()) {
      for (Path file : classes(room)) {
        if (mentioned(file).stream().anyMatch(name -> name.contains("java/lang/reflect/"))) {
          broken.add(file.getFileName() + " of " + room);
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  @Test
  void eachRoomIsOneFlatPackage() throws IOException {
    List<String> broken = new ArrayList<>();
    for (String room : rooms()) {
      Path flat = ROOT.resolve(room).resolve("target/classes/dev/moat/" + room);
      for (Path file : classes(room)) {
        if (!flat.equals(file.getParent())) {
          broken.add(file.toString());
        }
      }
    }
    assertEquals(List.of(), broken);
  }
}
