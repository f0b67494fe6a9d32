package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Settings;
import dev.moat.core.Text;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.PolicySettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The policies of all guards, as the settings have them: the groups {@code guard} and {@code
 * guard-allow}, and which route names which. A section states what it changes of {@code default},
 * and {@code default} what it changes of what is built in.
 */
public final class GuardSettings {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final int SHOWN_MAX = 60;

  private record Section(
      String path,
      PolicySettings policy,
      Set<String> packages,
      ConversationRules.Change rules,
      List<Subject> tenants) {
    GuardPolicy of(GuardPolicy base) {
      GuardPolicy own = policy.of(base);
      return packages.isEmpty() ? own : own.with(own.lists().withPackages(packages));
    }
  }

  private final Map<String, TimedGuard.Recipe> policies = new HashMap<>();
  private final Map<Subject, String> tenants = new HashMap<>();
  private final Map<String, String> routes = new HashMap<>();
  private final List<Allowance> allowances;

  private GuardSettings(
      Map<String, Section> sections, Map<String, String> routes, List<Allowance> allowances) {
    this.allowances = allowances;
    TimedGuard.Recipe base = builtIn();
    Section standard = sections.get(NamedGuard.DEFAULT);
    if (standard != null) {
      base = recipe(NamedGuard.DEFAULT, standard, base);
    }
    policies.put(NamedGuard.DEFAULT, base);
    for (Map.Entry<String, Section> section : sections.entrySet()) {
      if (!section.getKey().equals(NamedGuard.DEFAULT)) {
        policies.put(section.getKey(), recipe(section.getKey(), section.getValue(), base));
      }
      section.getValue().tenants().forEach(tenant -> own(tenant, section));
    }
    routes.forEach(this::route);
  }

  /** The built-in policy everywhere. */
  public static GuardSettings standard() {
    return read(Settings.standard());
  }

  /** Reads the groups {@code guard} and {@code guard-allow}, and of {@code route} its guard. */
  public static GuardSettings read(Settings settings) {
    Map<String, Section> sections = settings.named("guard", GuardSettings::section);
    Map<String, String> routes =
        settings.named(
            "route",
            section ->
                section.text(
                    "guard",
                    NamedGuard.DEFAULT,
                    "Which section of guard its texts are judged by, unless the caller's project"
                        + " or organisation has one of its own."));
    return new GuardSettings(sections, routes, Allowance.read(settings));
  }

  /**
   * The policy of a release.
   *
   * @param maker makes a guard of a policy
   */
  public RoutePolicy policy(
      String route,
      RoutePolicy.Guarding guarding,
      RoutePolicy.Caching caching,
      Function<GuardPolicy, Guard> maker,
      Instant now) {
    Map<Subject, TimedGuard> own = new HashMap<>();
    tenants.forEach((tenant, name) -> own.put(tenant, guard(name, maker, now)));
    String name = routes.getOrDefault(route, NamedGuard.DEFAULT);
    return new RoutePolicy(new GuardChoice(guard(name, maker, now), own), guarding, caching);
  }

  /** Fails if something is to be allowed for longer than anybody can foresee. */
  public void requireNear(Instant now) {
    allowances.forEach(allowance -> allowance.requireNear(now));
  }

  /** Where those stand in the settings that are ignored because their time is over. */
  public List<String> expired(Instant now) {
    return allowances.stream()
        .filter(allowance -> allowance.isExpired(now))
        .map(Allowance::path)
        .toList();
  }

  private static TimedGuard.Recipe builtIn() {
    return new TimedGuard.Recipe(
        NamedGuard.DEFAULT, GuardPolicy.defaults(), ConversationRules.standard());
  }

  private static TimedGuard.Recipe recipe(String name, Section section, TimedGuard.Recipe base) {
    return new TimedGuard.Recipe(name, section.of(base.policy()), section.rules().of(base.rules()));
  }

  private static Section section(Settings.Section section) {
    String name = section.path().substring(section.path().indexOf('.') + 1);
    if (!NAME.matcher(name).matches()) {
      throw invalid(
          "guard", name, "is no name of a policy", "write 1 to 64 letters, digits and . _ -");
    }
    List<Subject> tenants = new ArrayList<>();
    String place = section.path() + ".for";
    for (String text :
        section.texts(
            "for",
            List.of(),
            "Whose texts are judged by it whatever the route names: project:ORG/NAME or"
                + " organisation:ORG.")) {
      Subject tenant = Subject.parse(place, text);
      boolean fits =
          tenant.kind() == Subject.Kind.PROJECT || tenant.kind() == Subject.Kind.ORGANISATION;
      if (!fits || tenant.isEach()) {
        throw invalid(place, text, "is no tenant", "write project:ORG/NAME or organisation:ORG");
      }
      tenants.add(tenant);
    }
    return new Section(
        section.path(),
        PolicySettings.read(section),
        packages(section),
        ConversationRules.read(section),
        tenants);
  }

  private static Set<String> packages(Settings.Section section) {
    Optional<String> file =
        section.optional(
            "packages",
            "A file of names of packages, one a line: what an answer installs beside them is"
                + " unknown.");
    if (file.isEmpty()) {
      return Set.of();
    }
    try (Stream<String> lines = Files.lines(Path.of(file.get()))) {
      return lines
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException | UncheckedIOException e) {
      throw invalid(
          section.path() + ".packages", file.get(), "cannot be read", "name a file of text");
    }
  }

  private void own(Subject tenant, Map.Entry<String, Section> section) {
    String other = tenants.put(tenant, section.getKey());
    if (other != null) {
      throw invalid(
          section.getValue().path() + ".for",
          tenant.text(),
          "has guard." + other + " too",
          "take it out of one");
    }
  }

  private void route(String route, String name) {
    if (!policies.containsKey(name)) {
      String remedy =
          Text.nearest(name, policies.keySet())
              .map(near -> "did you mean " + near + "?")
              .orElse("add guard." + Text.shortened(name, SHOWN_MAX));
      throw invalid("route." + route + ".guard", name, "names no section of guard", remedy);
    }
    routes.put(route, name);
  }

  private TimedGuard guard(String name, Function<GuardPolicy, Guard> maker, Instant now) {
    TimedGuard.Recipe recipe = policies.getOrDefault(name, builtIn());
    return new TimedGuard(recipe, allowances, maker, now);
  }

  private static Failure invalid(String place, String value, String why, String remedy) {
    String shown = Text.shortened(value, SHOWN_MAX);
    return new Failure(
        new Problem.Invalid(place + ": \"" + shown + "\" " + why + "; " + remedy, place));
  }
}
