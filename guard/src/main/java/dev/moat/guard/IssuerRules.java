package dev.moat.guard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The forms of credentials that do not speak for themselves, by the issuer whose name stands in the
 * name they are given to. An entry is a type, the issuer's names, and the forms as {@link
 * TokenTemplate} reads them.
 */
final class IssuerRules {
  /** What a name that holds an issuer says of the value. */
  private enum Hint {
    /** It is called a credential. */
    CREDENTIAL,
    /** It is called something else that looks the same. */
    OTHER,
    /** Neither. */
    NONE
  }

  /** A type and one of its forms. */
  private record Rule(String type, TokenTemplate form) {}

  static final String TABLE =
      """
      adafruit-key adafruit {URL64:32}
      adobe-key adobe {LOWER_HEX:32}
      airtable-key airtable {LOWER_ALNUM:17}
      algolia-key algolia {LOWER_ALNUM:32}
      alibaba-secret-key alibaba,aliyun {LOWER_ALNUM:30} {ALNUM:30}
      asana-secret asana {DIGITS:16} {LOWER_ALNUM:32}
      atlassian-token atlassian,jira,confluence {LOWER_ALNUM:24} {ALNUM:24}
      auth0-secret auth0 {URL64:64}
      beamer-token beamer b_{URL64_EQUALS:44}
      bitbucket-secret bitbucket {LOWER_ALNUM:32} {URL64_EQUALS:64}
      bittrex-key bittrex {LOWER_ALNUM:32}
      clerk-key clerk {ALNUM:50}
      cloudflare-key cloudflare {URL64:40} {LOWER_HEX:37}
      codecov-token codecov {LOWER_ALNUM:32} {UUID:36}
      cohere-key cohere {ALNUM:40}
      coinbase-token coinbase {URL64:64}
      confluent-key confluent {LOWER_ALNUM:16} {UPPER_ALNUM:16} {ALNUM:64} {BASE64:64}
      contentful-token contentful {URL64_EQUALS:43}
      datadog-key datadog {LOWER_ALNUM:40} {LOWER_HEX:32}
      discord-secret discord {LOWER_HEX:64} {DIGITS:18-19} {URL64_EQUALS:32}
      drone-token drone,droneci {LOWER_ALNUM:32}
      dropbox-token dropbox {LOWER_ALNUM:15} {LOWER_ALNUM:11}AAAAAAAAAA{URL64_EQUALS:43}
      etsy-token etsy {LOWER_ALNUM:24}
      facebook-secret facebook,fb {LOWER_HEX:32}
      fastly-token fastly {URL64_EQUALS:32}
      finicity-key finicity {LOWER_HEX:32} {LOWER_ALNUM:20}
      finnhub-token finnhub {LOWER_ALNUM:20}
      flickr-token flickr {LOWER_ALNUM:32}
      freshbooks-token freshbooks {LOWER_ALNUM:64}
      gitlab-session gitlab {LOWER_ALNUM:32}
      gitter-token gitter {URL64:40}
      gocardless-token gocardless live_{URL64_EQUALS:40} sandbox_{URL64_EQUALS:40}
      heroku-key heroku {UUID:36}
      hubspot-key hubspot {UUID_ANY:36}
      intercom-key intercom {URL64_EQUALS:60}
      jfrog-key jfrog,artifactory,bintray,xray {LOWER_ALNUM:73} {ALNUM:73} {LOWER_ALNUM:64}
      kraken-token kraken {ANY64:80-90}
      kucoin-key kucoin {LOWER_HEX:24} {UUID:36}
      launchdarkly-key launchdarkly {URL64_EQUALS:40}
      linear-secret linear {LOWER_HEX:32}
      linkedin-secret linkedin {LOWER_ALNUM:14} {LOWER_ALNUM:16} {ALNUM:16}
      looker-key looker {LOWER_ALNUM:20} {LOWER_ALNUM:24}
      mailgun-key mailgun {SLUG:50}
      mattermost-token mattermost {LOWER_ALNUM:26}
      meraki-key meraki {LOWER_HEX:40}
      messagebird-key messagebird {ALNUM:25} {UUID:36}
      mistral-key mistral {ALNUM:32}
      netlify-token netlify {URL64_EQUALS:40-46}
      newrelic-key newrelic {LOWER_ALNUM:64} {LOWER_HEX:40}
      nytimes-key nytimes,newyorktimes {URL64_EQUALS:32} {ALNUM:32}
      okta-token okta 00{URL64_EQUALS:40}
      opsgenie-key opsgenie {UUID:36}
      pagerduty-key pagerduty {ALNUM:20} {LOWER_HEX:32}
      plaid-key plaid {LOWER_ALNUM:24} {LOWER_ALNUM:30}
      privateai-key privateai {LOWER_ALNUM:32}
      rapidapi-key rapidapi {URL64:50}
      sendbird-token sendbird {UUID:36} {LOWER_HEX:40}
      sentry-token sentry {LOWER_HEX:64}
      sidekiq-credential contribsys {COLON_HEX:17}
      snyk-token snyk {UUID:36}
      sonar-token sonar,sonarqube {URL64_EQUALS:40}
      sourcegraph-token sourcegraph {HEX:40}
      spotify-secret spotify {LOWER_HEX:32}
      squarespace-token squarespace {UUID:36}
      sumologic-key sumologic,sumo su{ALNUM:12} {ALNUM:64}
      telegram-token telegram,telegr {DIGITS:5-16}:A{URL64:34}
      travis-token travis,travisci {URL64:22}
      trello-key trello {LOWER_HEX:32} {LOWER_HEX:64}
      twilio-token twilio {LOWER_HEX:32}
      twitch-token twitch {LOWER_ALNUM:30}
      twitter-token twitter {ALNUM:45} {DIGITS:15-25}-{ALNUM:20-40} {ALNUM:25} {ALNUM:50}
      yandex-token yandex t1.{URL64_EQUALS:20-60}.{URL64_EQUALS:86-88} YC{URL64:38}
      zendesk-key zendesk {ALNUM:40}
      """;

  /** Shorter than any form. */
  static final int VALUE_MIN = 14;

  private static final Set<String> CREDENTIALS =
      Set.of(
          ("api apikey key token secret auth access password credential credentials creds client "
                  + "bearer oauth login webhook private admin user app")
              .split(" "));

  private static final Set<String> OTHERS =
      Set.of(
          ("commit sha sha1 sha256 hash digest checksum md5 rev revision etag version release uuid "
                  + "guid trace span request fingerprint form channel project issue page file path "
                  + "url image build")
              .split(" "));

  private static final Map<String, List<Rule>> RULES = rules();

  private IssuerRules() {}

  private static Map<String, List<Rule>> rules() {
    Map<String, List<Rule>> rules = new HashMap<>();
    TABLE
        .lines()
        .map(line -> line.split(" "))
        .forEach(
            parts -> {
              for (String issuer : parts[1].split(",")) {
                for (int i = 2; i < parts.length; i++) {
                  Rule rule = new Rule(parts[0], TokenTemplate.of(parts[0], parts[i]));
                  rules.computeIfAbsent(issuer, _ -> new ArrayList<>()).add(rule);
                }
              }
            });
    return rules;
  }

  /** How many issuers are known. */
  static int issuers() {
    return RULES.size();
  }

  /** The type of the value at {@code at}, which ends before {@code end}, given to {@code name}. */
  static Optional<String> type(String name, Window window, int at, int end) {
    List<String> words = words(name);
    Hint hint = hint(words);
    if (hint == Hint.OTHER) {
      return Optional.empty();
    }
    for (int i = 0; i < words.size(); i++) {
      String joined = i + 1 < words.size() ? words.get(i) + words.get(i + 1) : "";
      for (Rule rule : rulesOf(words.get(i), joined)) {
        if (rule.form.isWhole(window, at, end)
            && (hint == Hint.CREDENTIAL || isMixed(window, at, end))) {
          return Optional.of(rule.type);
        }
      }
    }
    return Optional.empty();
  }

  private static List<Rule> rulesOf(String word, String joined) {
    List<Rule> rules = RULES.getOrDefault(word, List.of());
    return rules.isEmpty() ? RULES.getOrDefault(joined, List.of()) : rules;
  }

  /** Digits alone, or a UUID, name many things: without a word for it they are no credential. */
  private static boolean isMixed(Window window, int at, int end) {
    return Alphabet.DIGITS.runEnd(window, at, end - at) < end
        && !(Alphabet.HEX.runEnd(window, at, end - at) == at + 8 && window.at(at + 8) == '-');
  }

  private static Hint hint(List<String> words) {
    Hint hint = Hint.NONE;
    for (String word : words) {
      if (OTHERS.contains(word)) {
        return Hint.OTHER;
      }
      hint = CREDENTIALS.contains(word) ? Hint.CREDENTIAL : hint;
    }
    return hint;
  }

  /** The words of {@code herokuApiKey}, {@code HEROKU_API_KEY} and {@code heroku api key}. */
  private static List<String> words(String name) {
    List<String> words = new ArrayList<>();
    int end = name.length();
    while (end > 0) {
      int start = end;
      while (start > 0 && Alphabet.ALNUM.has(name.charAt(start - 1))) {
        start--;
        if (begins(name, start)) {
          break;
        }
      }
      if (start < end) {
        words.addFirst(name.substring(start, end).toLowerCase(Locale.ROOT));
      }
      end = start == end ? end - 1 : start;
    }
    return words;
  }

  private static boolean begins(String name, int at) {
    return at > 0 && Alphabet.UPPER.has(name.charAt(at)) && Alphabet.LOWER.has(name.charAt(at - 1));
  }
}
