package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Forms of secrets as their issuers document them, to make samples of: independent of the tables
 * that the detectors read. A line is the issuer's name, {@code mark} where the token speaks for
 * itself or {@code name} where only the name before it does, and the form.
 */
final class SecretForms {
  /** One form. */
  record Form(String issuer, boolean marked, String form) {
    String sample(RandomGenerator random) {
      StringBuilder sample = new StringBuilder();
      int at = 0;
      for (int open = form.indexOf('{'); open >= 0; open = form.indexOf('{', at)) {
        sample.append(form, at, open);
        int colon = form.indexOf(':', open);
        at = form.indexOf('}', colon) + 1;
        String[] bounds = form.substring(colon + 1, at - 1).split("-");
        int min = Integer.parseInt(bounds[0]);
        int max = Integer.parseInt(bounds[bounds.length - 1]);
        Alphabet alphabet = TokenRules.alphabet(form.substring(open + 1, colon));
        int length = min + random.nextInt(max - min + 1);
        sample.append(TokenDetectorTest.characters(alphabet, length, random));
      }
      return sample.append(form.substring(at)).toString();
    }
  }

  private static final String UUID =
      "{LOWER_HEX:8}-{LOWER_HEX:4}-{LOWER_HEX:4}-{LOWER_HEX:4}-{LOWER_HEX:12}";

  private static final String TABLE =
      """
      1password mark A3-{UPPER_ALNUM:6}-{UPPER_ALNUM:11}-{UPPER_ALNUM:5}-{UPPER_ALNUM:5}-\
      {UPPER_ALNUM:5}
      1password mark A3-{UPPER_ALNUM:6}-{UPPER_ALNUM:6}-{UPPER_ALNUM:5}-{UPPER_ALNUM:5}-\
      {UPPER_ALNUM:5}-{UPPER_ALNUM:5}
      1password mark ops_eyJ{ALNUM:250-300}
      adafruit name {LOWER_ALNUM:32}
      adobe name {LOWER_HEX:32}
      adobe mark p8e-{LOWER_ALNUM:32}
      age mark AGE-SECRET-KEY-1{BECH32_UPPER:58}
      airtable name {LOWER_ALNUM:17}
      airtable mark pat{ALNUM:14}.{LOWER_HEX:64}
      algolia name {LOWER_ALNUM:32}
      alibaba mark LTAI{LOWER_ALNUM:20}
      alibaba name {LOWER_ALNUM:30}
      anthropic mark sk-ant-admin01-{URL64:93}AA
      anthropic mark sk-ant-api03-{URL64:93}AA
      artifactory mark AKCp{ALNUM:69}
      artifactory mark cmVmd{ALNUM:59}
      asana name {DIGITS:16}
      asana name {LOWER_ALNUM:32}
      atlassian name {LOWER_ALNUM:20}{LOWER_HEX:4}
      jira name {LOWER_ALNUM:20}{LOWER_HEX:4}
      confluence name {LOWER_ALNUM:20}{LOWER_HEX:4}
      atlassian mark ATATT3{URL64:186}
      authress mark sc_{LOWER_ALNUM:5-30}.{LOWER_ALNUM:4-6}.acc_{LOWER_ALNUM:10-32}.\
      {LOWER_ALNUM:30-120}
      authress mark ext_{LOWER_ALNUM:5-30}.{LOWER_ALNUM:4-6}.acc-{LOWER_ALNUM:10-32}.\
      {LOWER_ALNUM:30-120}
      aws mark AKIA{BASE32:16}
      aws mark ASIA{BASE32:16}
      aws mark A3T{UPPER_ALNUM:1}{BASE32:16}
      aws mark ABSK{ALNUM:109-260}
      aws mark bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t{ALNUM:40}
      azure mark {ALNUM:3}8Q~{URL64_DOTS:30-33}a
      beamer name b_{URL64:44}
      bitbucket name {LOWER_ALNUM:32}
      bitbucket name {URL64:64}
      bittrex name {LOWER_ALNUM:32}
      meraki name {LOWER_HEX:40}
      clickhouse mark 4b1d{ALNUM:38}
      clojars mark CLOJARS_{LOWER_ALNUM:60}
      cloudflare name {URL64:40}
      cloudflare name {LOWER_HEX:37}
      cloudflare mark v1.0-{LOWER_HEX:24}-{LOWER_HEX:146}
      codecov name {LOWER_ALNUM:32}
      cohere name {ALNUM:40}
      coinbase name {URL64:64}
      confluent name {LOWER_ALNUM:16}
      confluent name {LOWER_ALNUM:64}
      contentful name {URL64:43}
      databricks mark dapi{LOWER_HEX:32}
      datadog name {LOWER_ALNUM:40}
      dnkey mark dnkey-{LOWER_ALNUM:26}-{LOWER_ALNUM:52}
      digitalocean mark doo_v1_{LOWER_HEX:64}
      digitalocean mark dop_v1_{LOWER_HEX:64}
      digitalocean mark dor_v1_{LOWER_HEX:64}
      discord name {LOWER_HEX:64}
      discord name {DIGITS:18}
      discord name {URL64:32}
      doppler mark dp.pt.{LOWER_ALNUM:43}
      droneci name {LOWER_ALNUM:32}
      dropbox name {LOWER_ALNUM:15}
      dropbox name {LOWER_ALNUM:11}AAAAAAAAAA{URL64:43}
      dropbox mark sl.{URL64:135}
      duffel mark duffel_test_{URL64:43}
      dynatrace mark dt0c01.{LOWER_ALNUM:24}.{LOWER_ALNUM:64}
      dynatrace mark dt0c01.{UPPER_ALNUM:24}.{UPPER_ALNUM:64}
      easypost mark EZAK{ALNUM:54}
      easypost mark EZTK{ALNUM:54}
      etsy name {LOWER_ALNUM:24}
      facebook mark {DIGITS:15-16}|{URL64:26-39}a
      facebook mark EAAM{LOWER_ALNUM:100-150}
      facebook name {LOWER_HEX:32}
      fastly name {URL64:32}
      finicity name {LOWER_HEX:32}
      finicity name {LOWER_ALNUM:20}
      finnhub name {LOWER_ALNUM:20}
      flickr name {LOWER_ALNUM:32}
      flutterwave mark FLWSECK_TEST-{LOWER_HEX:12}
      flutterwave mark FLWPUBK_TEST-{LOWER_HEX:32}-X
      flutterwave mark FLWSECK_TEST-{LOWER_HEX:32}-X
      fly mark fo1_{WORD:43}
      fly mark fm1a_{ALNUM:100-200}
      fly mark fm2_{ALNUM:100-200}
      frameio mark fio-u-{URL64:64}
      freshbooks name {LOWER_ALNUM:64}
      gcp mark AIza{WORD:35}
      github mark github_pat_{WORD:82}
      github mark gho_{ALNUM:36}
      github mark ghp_{ALNUM:36}
      github mark ghr_{ALNUM:36}
      github mark ghs_{ALNUM:36}
      gitlab mark glcbt-{ALNUM:1-5}_{ALNUM:20}
      gitlab mark gldt-{ALNUM:20}
      gitlab mark glffct-{ALNUM:20}
      gitlab mark glft-{ALNUM:20}
      gitlab mark glimt-{ALNUM:25}
      gitlab mark glagent-{ALNUM:50}
      gitlab mark gloas-{ALNUM:64}
      gitlab mark glpat-{ALNUM:20}
      gitlab mark glpat-{ALNUM:27-100}.{LOWER_ALNUM:9}
      gitlab mark glptt-{LOWER_HEX:40}
      gitlab mark GR1348941{ALNUM:20}
      gitlab mark glrt-{ALNUM:20}
      gitlab mark glrt-t1_{ALNUM:27-100}.{LOWER_ALNUM:9}
      gitlab mark glsoat-{ALNUM:20}
      gitlab mark _gitlab_session={LOWER_ALNUM:32}
      gitter name {URL64:40}
      gocardless name live_{URL64:40}
      grafana mark eyJrIjoi{ALNUM:70-300}
      grafana mark glc_{ALNUM:32-300}
      grafana mark glsa_{ALNUM:32}_{HEX:8}
      harness mark pat.{URL64:22}.{ALNUM:24}.{ALNUM:20}
      harness mark sat.{URL64:22}.{ALNUM:24}.{ALNUM:20}
      hashicorp mark {LOWER_ALNUM:14}.atlasv1.{URL64:60-70}
      heroku name UUID
      heroku mark HRKU-AA{WORD:58}
      hubspot name UUID
      huggingface mark hf_{LETTERS:34}
      huggingface mark api_org_{LETTERS:34}
      infracost mark ico-{ALNUM:32}
      intercom name {URL64:60}
      intra42 mark s-s4t2ud-{LOWER_HEX:64}
      intra42 mark s-s4t2af-{LOWER_HEX:64}
      jfrog name {LOWER_ALNUM:73}
      artifactory name {LOWER_ALNUM:64}
      jwt mark eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIx{ALNUM:30-90}.{WORD:43}
      kraken name {URL64:80-90}
      kucoin name {LOWER_HEX:24}
      kucoin name UUID
      launchdarkly name {URL64:40}
      linear mark lin_api_{LOWER_ALNUM:40}
      linear name {LOWER_HEX:32}
      linkedin name {LOWER_ALNUM:14}
      linked_in name {LOWER_ALNUM:16}
      lob mark live_{LOWER_HEX:35}
      lob mark test_pub_{LOWER_HEX:31}
      looker name {LOWER_ALNUM:20}
      looker name {LOWER_ALNUM:24}
      mailchimp mark {LOWER_HEX:32}-us{DIGITS:2}
      mailgun mark key-{LOWER_HEX:32}
      mailgun mark pubkey-{LOWER_HEX:32}
      mailgun name {LOWER_HEX:32}-{LOWER_HEX:8}-{LOWER_HEX:8}
      mapbox mark pk.{LOWER_ALNUM:60}.{LOWER_ALNUM:22}
      mattermost name {LOWER_ALNUM:26}
      maxmind mark {ALNUM:6}_{ALNUM:29}_mmk
      messagebird name {LOWER_ALNUM:25}
      message-bird name UUID
      teams mark https://acme.webhook.office.com/webhookb2/UUID@UUID/IncomingWebhook/\
      {LOWER_HEX:32}/UUID
      netlify name {URL64:40-46}
      newrelic mark NRJS-{LOWER_HEX:19}
      newrelic mark NRII-{URL64:32}
      new_relic name {LOWER_ALNUM:64}
      new-relic mark NRAK-{LOWER_ALNUM:27}
      notion mark ntn_{DIGITS:11}{ALNUM:35}
      npm mark npm_{ALNUM:36}
      nytimes name {URL64:32}
      octopus mark API-{UPPER_ALNUM:26}
      okta name 00{WORD:40}
      openai mark sk-{ALNUM:20}T3BlbkFJ{ALNUM:20}
      openai mark sk-proj-{URL64:74}T3BlbkFJ{URL64:74}
      openshift mark sha256~{ALNUM:43}
      perplexity mark pplx-{ALNUM:48}
      plaid mark access-sandbox-UUID
      plaid name {LOWER_ALNUM:24}
      plaid name {LOWER_ALNUM:30}
      planetscale mark pscale_tkn_{WORD:32-64}
      planetscale mark pscale_oauth_{WORD:32-64}
      planetscale mark pscale_pw_{WORD:32-64}
      postman mark PMAK-{LOWER_HEX:24}-{LOWER_HEX:34}
      prefect mark pnu_{ALNUM:36}
      privateai name {LOWER_ALNUM:32}
      pulumi mark pul-{LOWER_HEX:40}
      pypi mark pypi-AgEIcHlwaS5vcmc{WORD:50-100}
      rapidapi name {URL64:50}
      readme mark rdme_{LOWER_ALNUM:70}
      rubygems mark rubygems_{LOWER_HEX:48}
      scalingo mark tk-us-{WORD:48}
      sendbird name UUID
      sendbird name {LOWER_HEX:40}
      sendgrid mark SG.{URL64_DOTS:65}a
      sendinblue mark xkeysib-{LOWER_HEX:64}-{LOWER_ALNUM:16}
      sentry name {LOWER_HEX:64}
      sentry mark sntrys_eyJpYXQiO{ALNUM:50}LCJyZWdpb25fdXJs{ALNUM:40}_{ALNUM:43}
      sentry mark sntryu_{LOWER_HEX:64}
      settlemint mark sm_aat_{ALNUM:16}
      settlemint mark sm_sat_{ALNUM:16}
      shippo mark shippo_live_{HEX:40}
      shopify mark shpat_{HEX:32}
      shopify mark shpss_{HEX:32}
      contribsys name {LOWER_HEX:8}:{LOWER_HEX:8}
      sidekiq mark https://{LOWER_HEX:8}:{LOWER_HEX:8}@gems.contribsys.com/
      slack mark xapp-1-{UPPER_ALNUM:11}-{DIGITS:13}-{LOWER_HEX:64}
      slack mark xoxb-{DIGITS:12}-{DIGITS:12}-{ALNUM:24}
      slack mark xoxe.xoxb-1-{UPPER_ALNUM:163}
      slack mark xoxe-1-{UPPER_ALNUM:146}
      slack mark xoxb-{DIGITS:12}-{ALNUM:18-26}
      slack mark xoxs-{DIGITS:10}-{DIGITS:10}-{DIGITS:10}-{LOWER_HEX:10}
      slack mark xoxr-{ALNUM:12-48}
      slack mark xoxp-{DIGITS:12}-{DIGITS:12}-{DIGITS:12}-{ALNUM:32}
      slack mark https://hooks.slack.com/services/T{UPPER_ALNUM:9}/B{UPPER_ALNUM:9}/{ALNUM:24}
      slack mark https://hooks.slack.com/workflows/{ALNUM:44-56}
      snyk name UUID
      sonar name {WORD:40}
      sonar mark squ_{LOWER_HEX:40}
      sourcegraph mark sgp_local_{LOWER_HEX:40}
      sourcegraph name {LOWER_HEX:40}
      square mark EAAA{URL64:22-60}
      square mark sq0atp-{ALNUM:22-60}
      squarespace name UUID
      stripe mark sk_live_{ALNUM:10-99}
      stripe mark rk_prod_{ALNUM:10-99}
      sumologic name su{ALNUM:12}
      sumo name {LOWER_ALNUM:64}
      telegram mark {DIGITS:8-10}:A{ALNUM:34}
      telegram name {DIGITS:5-16}:A{ALNUM:34}
      travis name {LOWER_ALNUM:22}
      twilio mark SK{HEX:32}
      twitch name {LOWER_ALNUM:30}
      twitter name {LOWER_ALNUM:45}
      twitter name {DIGITS:15-25}-{ALNUM:20-40}
      twitter name {LOWER_ALNUM:25}
      twitter name {LOWER_ALNUM:50}
      twitter mark AAAAAAAAAAAAAAAAAAAAAA{ALNUM:80-100}
      typeform mark tfp_{URL64_DOTS:58}a
      vault mark hvb.{ALNUM:138-300}
      vault mark hvs.{ALNUM:90-120}
      vault mark s.{ALNUM:24}
      yandex name t1.{ALNUM:30}.{WORD:86}
      yandex mark AQVN{WORD:35-38}
      yandex name YC{WORD:38}
      zendesk name {LOWER_ALNUM:40}
      cerebras mark csk-{LOWER_ALNUM:48}
      fireworks mark fw_{ALNUM:24}
      deepseek mark sk-{LOWER_HEX:32}
      nvidia mark nvapi-{ALNUM:64}
      pinecone mark pcsk_{WORD:60-70}
      elevenlabs mark sk_{LOWER_HEX:48}
      langfuse mark sk-lf-UUID
      resend mark re_{ALNUM:8}_{ALNUM:24}
      posthog mark phx_{ALNUM:43}
      replicate mark r8_{ALNUM:37}
      mistral name {ALNUM:32}
      render mark rnd_{ALNUM:28}
      neon mark napi_{LOWER_ALNUM:64}
      buildkite mark bkua_{LOWER_HEX:40}
      figma mark figd_{WORD:40}
      generic mark client_secret={ALNUM:24-40}
      generic mark api_key={LOWER_HEX:32}
      """;

  private SecretForms() {}

  /** All of them. */
  static List<Form> all() {
    List<Form> forms = new ArrayList<>();
    TABLE
        .replace("UUID", UUID)
        .lines()
        .map(line -> line.split(" "))
        .forEach(parts -> forms.add(new Form(parts[0], parts[1].equals("mark"), parts[2])));
    return forms;
  }
}
