package dev.moat.guard;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Texts that hold a secret of a known form, and texts that look as if they did, for tests. */
final class SecretSamples {
  /** A text and what must be covered in it; {@code kind} is the way it is carried. */
  record Sample(String kind, String label, String text, String secret) {
    boolean isFound() {
      int start = text.indexOf(secret);
      return Sensitive.find(text).stream()
          .filter(span -> !PersonalTypes.ALL.contains(span.type()))
          .anyMatch(span -> span.start() < start + secret.length() && span.end() > start);
    }
  }

  /** A way to carry a secret: {@code %1$s} is a name, {@code %2$s} the secret. */
  private record Carrier(String kind, String frame) {}

  private static final List<Carrier> NAMED =
      List.of(
          new Carrier("code", "const %1$sApiToken = \"%2$s\";\n"),
          new Carrier("code", "%1$s_api_key := '%2$s'\n"),
          new Carrier("code", "  '%1$s_client_secret' => '%2$s',\n"),
          new Carrier("code", "client.set_%1$s_token(\"%2$s\")\n"),
          new Carrier("code", "%1$s.initialize({ apiKey: \"%2$s\" });\n"),
          new Carrier("code", "%1$s_client_id = \"%2$s\"\n"),
          new Carrier("code", "%1$s_key ?= %2$s\n"),
          new Carrier("code", "System.setProperty(\"%3$s_TOKEN\", \"%2$s\");"),
          new Carrier("code", "headers = {'X-%1$s-Token': '%2$s', 'Accept': '*/*'}"),
          new Carrier("code", "INSERT INTO config(name, value) VALUES ('%1$s_token', '%2$s');"),
          new Carrier("code", "auth := %1$s.NewClient(secret: `%2$s`)"),
          new Carrier("command", "%1$s deploy --api-key %2$s --region eu"),
          new Carrier("command", "%1$s login --token=%2$s"),
          new Carrier("command", "ENV %3$s_TOKEN %2$s\n"),
          new Carrier("command", "docker run -e %3$s_SECRET=%2$s image"),
          new Carrier("command", "setx %3$s_API_KEY \"%2$s\""),
          new Carrier("json", "{\"%1$s_token\": \"%2$s\", \"retries\": 3}"),
          new Carrier("json", "{\"%1$s\": {\"apiKey\":\"%2$s\"}}"),
          new Carrier("json", "\"{\\\"%1$sKey\\\":\\\"%2$s\\\"}\""),
          new Carrier("yaml", "%1$s_secret: %2$s\n"),
          new Carrier("yaml", "%1$s:\n  token: \"%2$s\"\n"),
          new Carrier("env", "%3$s_API_KEY=%2$s\n"),
          new Carrier("env", "export %3$s_TOKEN=\"%2$s\"\n"),
          new Carrier("url", "https://api.%1$s.com/v2/items?api_key=%2$s&page=1"),
          new Carrier("url", "https://example.org/hook?x=1&%1$s_token=%2$s"),
          new Carrier("header", "X-%1$s-Api-Key: %2$s\r\n"),
          new Carrier("header", "curl -H 'Authorization: Bearer %2$s' https://api.%1$s.com/v1/me"),
          new Carrier("prose", "Hi, the %1$s api key is %2$s and it works."),
          new Carrier("header", "Authorization: Token %2$s\r\nHost: %1$s.com\r\n"),
          new Carrier("header", "curl -H \"X-Api-Token: %2$s\" https://api.%1$s.com/"),
          new Carrier("html", "<div data-%1$s-api-key=\"%2$s\"></div>"),
          new Carrier("toml", "[%1$s]\ntoken = \"%2$s\"\n"),
          new Carrier("prose", "| %1$s token | %2$s |"),
          new Carrier("prose", "Here is the %1$s secret key `%2$s`, keep it safe"),
          new Carrier("prose", "Please use my %1$s token: %2$s"),
          new Carrier("log", "2024-05-01 12:00:00 DEBUG auth %1$s token=%2$s status=200\n"),
          new Carrier("xml", "<%1$sApiKey>%2$s</%1$sApiKey>"),
          new Carrier("base64", "B64:%1$s_api_key=%2$s\n"));

  private static final List<Carrier> BARE =
      List.of(
          new Carrier("bare", "%2$s"),
          new Carrier("bare", "Please rotate %2$s before Friday."),
          new Carrier("bare", "[\"%2$s\", \"b\"]"),
          new Carrier("bare", "deploy --with %2$s --now"),
          new Carrier("bare", "failed for (%2$s): 401\n"),
          new Carrier("base64", "B64:%2$s"),
          new Carrier("base64", "B64:B64:x=%2$s"));

  private SecretSamples() {}

  /** Every form in {@code each} of the carriers that suit it. */
  static List<Sample> secrets(RandomGenerator random, int each) {
    List<Sample> samples = new ArrayList<>();
    for (SecretForms.Form form : SecretForms.all()) {
      for (int i = 0; i < each; i++) {
        List<Carrier> carriers = form.marked() && random.nextBoolean() ? BARE : NAMED;
        Carrier carrier = carriers.get(random.nextInt(carriers.size()));
        samples.add(carried(carrier, form, form.sample(random)));
      }
    }
    samples.addAll(passwords(random));
    return samples;
  }

  private static Sample carried(Carrier carrier, SecretForms.Form form, String secret) {
    String issuer = form.issuer();
    String upper = issuer.toUpperCase(Locale.ROOT).replace('-', '_');
    String text = carrier.frame().formatted(issuer, secret, upper);
    String label = form.issuer() + " " + form.form();
    if (!carrier.kind().equals("base64")) {
      return new Sample(carrier.kind(), label, text, secret);
    }
    String plain = text.replace("B64:", "");
    for (int depth = text.split("B64:", -1).length - 1; depth > 0; depth--) {
      byte[] bytes = plain.getBytes(StandardCharsets.UTF_8);
      plain = Base64.getEncoder().encodeToString(bytes);
    }
    return new Sample(carrier.kind(), label, "data: " + plain + "\n", plain);
  }

  /** Passwords, which have no form: what people choose, where they write it. */
  private static List<Sample> passwords(RandomGenerator random) {
    List<String> frames =
        List.of(
            "my password is %s",
            "The password for the staging box is %s, do not share it.",
            "login with user bob and password %s please",
            "pw: %s",
            "password: %s",
            "DB_PASSWORD=%s\n",
            "export PGPASSWORD='%s'",
            "\"password\": \"%s\"",
            "curl -u admin:%s https://host.example/api",
            "curl --user 'admin:%s' https://host.example/api",
            "mysql -u root -p%s shop",
            "sshpass -p %s ssh root@10.0.0.1",
            "mysqldump --password=%s shop",
            "postgres://app:%s@db.internal:5432/app",
            "<add key=\"ClearTextPassword\" value=\"%s\" />",
            "Server=db;Database=x;User Id=sa;Password=%s;",
            "passphrase => '%s'");
    List<Sample> samples = new ArrayList<>();
    for (String frame : frames) {
      String word = TokenDetectorTest.characters(Alphabet.LOWER, 7, random);
      for (String password : List.of("hunter2-Foo", "S0mmer!2024x", word + "83Kq")) {
        samples.add(new Sample("password", frame, frame.formatted(password), password));
      }
    }
    for (String frame : List.of("DB_PASSWORD=%s\n", "\"password\": \"%s\",", "ADMIN_PASS=\"%s\"")) {
      for (String password : List.of("correcthorse", "bluewhalesinging")) {
        samples.add(new Sample("letters", frame, frame.formatted(password), password));
      }
    }
    String basic = Base64.getEncoder().encodeToString("admin:hunter".getBytes());
    samples.add(new Sample("header", "Basic", "Authorization: Basic " + basic + "\r\n", basic));
    return samples;
  }
}
