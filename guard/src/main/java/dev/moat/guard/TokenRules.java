package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The forms of tokens that carry their issuer's mark. Prefixes, lengths and alphabets are what the
 * issuers document or print; an entry is {@code type template}.
 */
final class TokenRules {
  private static final Map<String, Alphabet> ALPHABETS =
      Map.ofEntries(
          Map.entry("DIGITS", Alphabet.DIGITS),
          Map.entry("LETTERS", Alphabet.LETTERS),
          Map.entry("ALNUM", Alphabet.ALNUM),
          Map.entry("UPPER_ALNUM", Alphabet.UPPER_ALNUM),
          Map.entry("LOWER_ALNUM", Alphabet.LOWER_ALNUM),
          Map.entry("HEX", Alphabet.HEX),
          Map.entry("LOWER_HEX", Alphabet.LOWER_HEX),
          Map.entry("WORD", Alphabet.WORD),
          Map.entry("URL64", Alphabet.URL64),
          Map.entry("URL64_DOTS", Alphabet.URL64_DOTS),
          Map.entry("URL64_EQUALS", Alphabet.URL64_EQUALS),
          Map.entry("BASE64", Alphabet.BASE64),
          Map.entry("BASE32", Alphabet.BASE32),
          Map.entry("UUID", Alphabet.UUID),
          Map.entry("SLUG", Alphabet.of("a-z0-9\\-")),
          Map.entry("ANY64", Alphabet.of("a-zA-Z0-9+/_=\\-")),
          Map.entry("UUID_ANY", Alphabet.of("0-9a-fA-F\\-")),
          Map.entry("COLON_HEX", Alphabet.of("0-9a-f:")),
          Map.entry("PATH", Alphabet.of("a-zA-Z0-9/_\\-")),
          Map.entry("BECH32_UPPER", Alphabet.BECH32_UPPER));

  /** A type and a template a line. */
  static final String TABLE =
      """
      moat-key mk_{ALNUM:4-24}_{URL64:24+}
      aws-access-key AKIA{BASE32:16}
      aws-access-key ASIA{BASE32:16}
      aws-access-key ABIA{BASE32:16}
      aws-access-key ACCA{BASE32:16}
      aws-access-key A3T{UPPER_ALNUM:17}
      aws-bedrock-key bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t{BASE64:16+}
      aws-bedrock-key ABSK{BASE64:109+}
      github-token ghp_{ALNUM:36+}
      github-token gho_{ALNUM:36+}
      github-token ghu_{ALNUM:36+}
      github-token ghs_{ALNUM:36+}
      github-token ghr_{ALNUM:36+}
      github-token github_pat_{WORD:60+}
      gitlab-token glpat-{URL64_DOTS:20+}
      gitlab-token gldt-{URL64:20+}
      gitlab-token glrt-{URL64_DOTS:20+}
      gitlab-token glcbt-{ALNUM:1-5}_{URL64:20+}
      gitlab-token glptt-{LOWER_HEX:40}
      gitlab-token glft-{URL64:20+}
      gitlab-token glffct-{URL64:20+}
      gitlab-token glimt-{URL64:25+}
      gitlab-token glagent-{URL64:50+}
      gitlab-token gloas-{URL64:64+}
      gitlab-token glsoat-{URL64:20+}
      gitlab-token GR1348941{URL64:20}
      slack-token xoxb-{DIGITS:8-14}-{URL64:18+}
      slack-token xoxp-{DIGITS:8-14}-{URL64:28+}
      slack-token xoxe-{DIGITS:1-14}-{URL64:28+}
      slack-token xoxe.xoxb-{DIGITS:1}-{ALNUM:100+}
      slack-token xoxe.xoxp-{DIGITS:1}-{ALNUM:100+}
      slack-token xoxa-{URL64:8+}
      slack-token xoxr-{URL64:8+}
      slack-token xoxs-{DIGITS:8-14}-{URL64:18+}
      slack-token xoxo-{DIGITS:8-14}-{URL64:18+}
      slack-token xapp-{DIGITS:1}-{UPPER_ALNUM:8-14}-{DIGITS:8-16}-{LOWER_ALNUM:32+}
      slack-webhook hooks.slack.com/services/{UPPER_ALNUM:8-12}/{UPPER_ALNUM:8-14}/{ALNUM:20+}
      slack-webhook hooks.slack.com/workflows/{PATH:40+}
      slack-webhook hooks.slack.com/triggers/{PATH:40+}
      discord-webhook discord.com/api/webhooks/{DIGITS:17-20}/{URL64:60+}
      discord-webhook discordapp.com/api/webhooks/{DIGITS:17-20}/{URL64:60+}
      discord-token M{URL64:23-27}.{URL64:6}.{URL64:27-45}
      discord-token N{URL64:23-27}.{URL64:6}.{URL64:27-45}
      discord-token O{URL64:23-27}.{URL64:6}.{URL64:27-45}
      stripe-key sk_live_{ALNUM:10+}
      stripe-key sk_test_{ALNUM:10+}
      stripe-key rk_live_{ALNUM:10+}
      stripe-key rk_test_{ALNUM:10+}
      stripe-key sk_prod_{ALNUM:10+}
      stripe-key rk_prod_{ALNUM:10+}
      stripe-webhook-secret whsec_{BASE64:24+}
      google-api-key AIza{URL64:35}
      google-oauth-token ya29.{URL64_DOTS:24+}
      google-oauth-secret GOCSPX-{URL64:28}
      google-refresh-token 1//0{URL64:30+}
      openai-key sk-proj-{URL64:40+}
      openai-key sk-svcacct-{URL64:40+}
      openai-key sk-admin-{URL64:40+}
      openai-key sk-{ALNUM:48}
      anthropic-key sk-ant-{URL64:32+}
      openrouter-key sk-or-v1-{LOWER_HEX:64}
      huggingface-token hf_{ALNUM:30-40}
      huggingface-token api_org_{LETTERS:34}
      groq-key gsk_{ALNUM:48+}
      xai-key xai-{ALNUM:70+}
      perplexity-key pplx-{ALNUM:40+}
      replicate-token r8_{ALNUM:37-40}
      langsmith-key lsv2_pt_{LOWER_HEX:32}_{LOWER_HEX:10}
      langsmith-key lsv2_sk_{LOWER_HEX:32}_{LOWER_HEX:10}
      tavily-key tvly-{ALNUM:32}
      tavily-key tvly-dev-{ALNUM:32}
      cerebras-key csk-{LOWER_ALNUM:40+}
      fireworks-key fw_{ALNUM:22-24}
      deepseek-key sk-{LOWER_HEX:32}
      nvidia-key nvapi-{URL64:60+}
      pinecone-key pcsk_{WORD:60+}
      elevenlabs-key sk_{LOWER_HEX:48}
      langfuse-key sk-lf-{UUID:36}
      braintrust-key sk-bt-{ALNUM:40+}
      helicone-key sk-helicone-{LOWER_ALNUM:7}-{LOWER_ALNUM:7}-{LOWER_ALNUM:7}-{LOWER_ALNUM:7}
      voyage-key pa-{URL64:43}
      jina-key jina_{URL64:50+}
      firecrawl-key fc-{LOWER_HEX:32}
      e2b-key e2b_{LOWER_HEX:40}
      runpod-key rpa_{UPPER_ALNUM:40+}
      wandb-key wandb_v1_{URL64:40+}
      npm-token npm_{ALNUM:36}
      pypi-token pypi-{URL64:80+}
      pypi-token pypi-AgEIcHlwaS5vcmc{URL64:50+}
      rubygems-token rubygems_{LOWER_HEX:48}
      crates-token cio{ALNUM:32}
      clojars-token CLOJARS_{LOWER_ALNUM:60}
      nuget-key oy2{LOWER_ALNUM:43}
      dockerhub-token dckr_pat_{URL64:27+}
      dockerhub-token dckr_oat_{URL64:27+}
      artifactory-token AKCp{ALNUM:60+}
      artifactory-token cmVmd{ALNUM:59}
      sendgrid-key SG.{URL64:20-24}.{URL64:39-50}
      sendgrid-key SG.{URL64_DOTS:66+}
      sendinblue-key xkeysib-{LOWER_HEX:64}-{ALNUM:16}
      sendinblue-key xsmtpsib-{LOWER_HEX:64}-{ALNUM:16}
      mailgun-key key-{LOWER_HEX:32}
      mailgun-key pubkey-{LOWER_HEX:32}
      resend-key re_{ALNUM:8}_{ALNUM:24}
      twilio-key SK{HEX:32}
      twilio-account AC{LOWER_HEX:32}
      databricks-token dapi{LOWER_HEX:32-34}
      digitalocean-token dop_v1_{LOWER_HEX:64}
      digitalocean-token doo_v1_{LOWER_HEX:64}
      digitalocean-token dor_v1_{LOWER_HEX:64}
      hashicorp-vault-token hvs.{URL64:24+}
      hashicorp-vault-token s.{ALNUM:24}
      hashicorp-vault-token hvb.{URL64:100+}
      hashicorp-vault-token hvr.{URL64:24+}
      doppler-token dp.pt.{ALNUM:40-44}
      doppler-token dp.st.{URL64_DOTS:40+}
      doppler-token dp.ct.{ALNUM:40-44}
      doppler-token dp.sa.{ALNUM:40-44}
      doppler-token dp.scim.{ALNUM:40-44}
      doppler-token dp.audit.{ALNUM:40-44}
      linear-key lin_api_{ALNUM:40}
      notion-token ntn_{ALNUM:40+}
      notion-token secret_{ALNUM:43}
      airtable-token pat{ALNUM:14}.{LOWER_HEX:64}
      asana-token 1/{DIGITS:16}:{LOWER_HEX:32}
      atlassian-token ATATT3{URL64_EQUALS:60+}
      atlassian-token ATCTT3{URL64_EQUALS:60+}
      bitbucket-token ATBB{ALNUM:24+}
      postman-key PMAK-{HEX:24}-{HEX:34}
      newrelic-key NRAK-{ALNUM:27}
      newrelic-key NRII-{URL64:32}
      newrelic-key NRJS-{LOWER_HEX:19}
      newrelic-key NRAA-{LOWER_HEX:27}
      newrelic-key NRIQ-{URL64:32}
      grafana-token glc_{BASE64:32+}
      grafana-token eyJrIjoi{BASE64:70+}
      grafana-token glsa_{ALNUM:32}_{HEX:8}
      sentry-token sntrys_{URL64_EQUALS:60+}
      sentry-token sntryu_{LOWER_HEX:64}
      dynatrace-token dt0c01.{ALNUM:24}.{ALNUM:64}
      dynatrace-token dt0s01.{ALNUM:8}.{ALNUM:64}
      dynatrace-token dt0s16.{ALNUM:8}.{ALNUM:64}
      pulumi-token pul-{LOWER_HEX:40}
      terraform-token atlasv1.{URL64:60+}
      fly-token fo1_{URL64:43}
      fly-token fm1r_{BASE64:100+}
      fly-token fm1a_{BASE64:100+}
      fly-token fm2_{BASE64:100+}
      heroku-key HRKU-{URL64:36+}
      vercel-token vcp_{ALNUM:24+}
      netlify-token nfp_{ALNUM:36+}
      supabase-key sbp_{LOWER_HEX:40}
      neon-key napi_{LOWER_ALNUM:60+}
      render-key rnd_{ALNUM:28+}
      deno-token ddp_{ALNUM:36}
      deno-token ddo_{ALNUM:36}
      convex-key prod:{LOWER_ALNUM:4-20}-{LOWER_ALNUM:4-20}-{DIGITS:1-4}|{URL64:40+}
      trigger-key tr_dev_{ALNUM:20+}
      trigger-key tr_prod_{ALNUM:20+}
      clickhouse-key 4b1d{ALNUM:38}
      posthog-key phx_{ALNUM:40+}
      posthog-key phs_{ALNUM:40+}
      launchdarkly-key sdk-{UUID:36}
      launchdarkly-key api-{UUID:36}
      configcat-key configcat-sdk-1/{URL64:22}/{URL64:22}
      supabase-key sb_secret_{URL64:30+}
      planetscale-token pscale_tkn_{URL64_DOTS:32+}
      planetscale-token pscale_oauth_{URL64_DOTS:32+}
      planetscale-token pscale_pw_{URL64_DOTS:32+}
      shopify-token shpat_{HEX:32}
      shopify-token shpca_{HEX:32}
      shopify-token shppa_{HEX:32}
      shopify-token shpss_{HEX:32}
      square-token sq0atp-{URL64:22-60}
      square-token sq0csp-{URL64:43}
      square-token EAAA{URL64:22-60}
      paypal-token access_token$production${LOWER_ALNUM:16}${LOWER_HEX:32}
      plaid-token access-sandbox-{UUID:36}
      plaid-token access-development-{UUID:36}
      plaid-token access-production-{UUID:36}
      shippo-token shippo_live_{HEX:40}
      shippo-token shippo_test_{HEX:40}
      easypost-key EZAK{ALNUM:54}
      easypost-key EZTK{ALNUM:54}
      duffel-token duffel_live_{URL64_EQUALS:43}
      duffel-token duffel_test_{URL64_EQUALS:43}
      facebook-token EAAC{ALNUM:80+}
      facebook-token EAAM{ALNUM:80+}
      facebook-token EAAB{ALNUM:80+}
      alibaba-access-key LTAI{ALNUM:16-24}
      tencent-access-key AKID{ALNUM:32}
      yandex-key AQVN{URL64:35-38}
      ibm-cloud-key ApiKey-{UUID:36}
      onepassword-key A3-{UPPER_ALNUM:6}-{UPPER_ALNUM:6-11}-{UPPER_ALNUM:5}-{URL64:11+}
      onepassword-token ops_eyJ{BASE64:200+}
      age-key AGE-SECRET-KEY-1{BECH32_UPPER:58}
      openshift-token sha256~{URL64:43}
      prefect-token pnu_{ALNUM:36}
      readme-key rdme_{LOWER_ALNUM:70}
      typeform-token tfp_{URL64_DOTS:40+}
      frameio-token fio-u-{URL64_EQUALS:64}
      figma-token figd_{URL64:40+}
      sourcegraph-token sgp_{HEX:40}
      sourcegraph-token sgp_local_{HEX:40}
      sourcegraph-token sgp_{HEX:16}_{HEX:40}
      sonar-token sqp_{LOWER_HEX:40}
      sonar-token squ_{LOWER_HEX:40}
      sonar-token sqa_{LOWER_HEX:40}
      octopus-key API-{UPPER_ALNUM:26-32}
      infracost-key ico-{ALNUM:32}
      adobe-secret p8e-{LOWER_ALNUM:32}
      contentful-token CFPAT-{URL64:43}
      ngrok-key ngrok_{ALNUM:40+}
      tailscale-key tskey-{LETTERS:3-8}-{ALNUM:8-24}-{ALNUM:20+}
      cloudflare-key v1.0-{LOWER_HEX:24}-{LOWER_HEX:146}
      intra42-secret s-s4t2ud-{HEX:64}
      intra42-secret s-s4t2af-{HEX:64}
      flutterwave-key FLWSECK_TEST-{LOWER_ALNUM:32}-X
      flutterwave-key FLWSECK_TEST-{LOWER_ALNUM:12}
      flutterwave-key FLWPUBK_TEST-{LOWER_ALNUM:32}-X
      flutterwave-key FLWSECK-{LOWER_HEX:32}-X
      scalingo-token tk-us-{URL64:48}
      buildkite-token bkua_{LOWER_HEX:40}
      circleci-token CCIPAT_{ALNUM:22}_{LOWER_HEX:40}
      harness-key sat.{URL64:22}.{ALNUM:24}.{ALNUM:20}
      harness-key pat.{URL64:22}.{ALNUM:24}.{ALNUM:20}
      settlemint-token sm_aat_{ALNUM:16}
      settlemint-token sm_pat_{ALNUM:16}
      settlemint-token sm_sat_{ALNUM:16}
      authress-key sc_{LOWER_ALNUM:5-30}.{LOWER_ALNUM:4-6}.acc_{SLUG:10-32}.{ANY64:30+}
      authress-key sc_{LOWER_ALNUM:5-30}.{LOWER_ALNUM:4-6}.acc-{SLUG:10-32}.{ANY64:30+}
      authress-key ext_{LOWER_ALNUM:5-30}.{LOWER_ALNUM:4-6}.acc_{SLUG:10-32}.{ANY64:30+}
      authress-key ext_{LOWER_ALNUM:5-30}.{LOWER_ALNUM:4-6}.acc-{SLUG:10-32}.{ANY64:30+}
      authress-key scauth_{LOWER_ALNUM:5-30}.{LOWER_ALNUM:4-6}.acc_{SLUG:10-32}.{ANY64:30+}
      authress-key authress_{LOWER_ALNUM:5-30}.{LOWER_ALNUM:4-6}.acc_{SLUG:10-32}.{ANY64:30+}
      defined-networking-key dnkey-{URL64_EQUALS:26}-{URL64_EQUALS:52}
      dropbox-token sl.{URL64_EQUALS:130+}
      dropbox-token sl.u.{URL64_EQUALS:130+}
      mapbox-token pk.{LOWER_ALNUM:60}.{LOWER_ALNUM:22}
      mapbox-token sk.eyJ{URL64:60+}.{URL64:22}
      lob-key live_{LOWER_HEX:35}
      lob-key test_{LOWER_HEX:35}
      lob-key live_pub_{LOWER_HEX:31}
      lob-key test_pub_{LOWER_HEX:31}
      teams-webhook webhook.office.com/webhookb2/{SLUG:36}@{SLUG:36}/IncomingWebhook/{PATH:60+}
      twitch-token oauth:{LOWER_ALNUM:30}
      telegram-webhook api.telegram.org/bot{DIGITS:5-16}:A{URL64:34}
      razorpay-key rzp_live_{ALNUM:14}
      razorpay-key rzp_test_{ALNUM:14}
      mollie-key live_{ALNUM:30}
      coda-token coda_{ALNUM:36}
      clickup-token pk_{DIGITS:6-9}_{UPPER_ALNUM:32}
      webflow-token ws-{LOWER_HEX:64}
      gitea-token gta_{LOWER_HEX:40}
      jetbrains-token perm:{BASE64:8+}.{BASE64:4+}.{URL64:20+}
      scaleway-key SCW{UPPER_ALNUM:17}
      snowflake-token ver:1-hint:{DIGITS:6-16}-ETMs{BASE64:60+}
      aiven-token aivenv1_{BASE64:60+}
      socket-token sktsec_{URL64:40+}
      depot-token depot_project_{LOWER_HEX:64}
      """;

  private TokenRules() {}

  /** All templates. */
  static List<TokenTemplate> templates() {
    List<TokenTemplate> templates = new ArrayList<>();
    TABLE
        .lines()
        .forEach(
            line -> {
              int space = line.indexOf(' ');
              templates.add(TokenTemplate.of(line.substring(0, space), line.substring(space + 1)));
            });
    return templates;
  }

  /** The alphabet of a name in the table. */
  static Alphabet alphabet(String name) {
    Alphabet alphabet = ALPHABETS.get(name);
    if (alphabet == null) {
      throw new IllegalArgumentException("no alphabet " + name);
    }
    return alphabet;
  }
}
