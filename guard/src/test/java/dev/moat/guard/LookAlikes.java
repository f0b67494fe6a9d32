package dev.moat.guard;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;

/** Texts without a secret that look as if they had one, for tests. */
final class LookAlikes {
  /** What may be flagged by mistake, with the kind of thing it is. */
  record Sample(String kind, String text) {
    boolean isFlagged() {
      return Sensitive.find(text).stream()
          .anyMatch(span -> !PersonalTypes.ALL.contains(span.type()));
    }
  }

  private static final String FORMS =
      """
      uuid|request_id=UUID status=200
      uuid|{"id": "UUID", "parent": "UUID"}
      uuid|GET /v1/users/UUID/tokens HTTP/1.1
      uuid|session UUID was closed by peer
      uuid|correlation-id: UUID
      uuid|tenantId: UUID
      uuid|<Guid("UUID")>
      sha|commit {LOWER_HEX:40}
      sha|Merge: {LOWER_HEX:7} {LOWER_HEX:7}
      sha|git checkout {LOWER_HEX:40}
      sha|https://github.com/acme/app/commit/{LOWER_HEX:40}
      sha|uses: actions/checkout@{LOWER_HEX:40}
      sha|index {LOWER_HEX:7}..{LOWER_HEX:7} 100644
      sha|rev = "{LOWER_HEX:40}"
      digest|sha256:{LOWER_HEX:64}
      digest|md5sum {LOWER_HEX:32}  app.tar.gz
      digest|"checksum": "{LOWER_HEX:64}"
      digest|etag: "{LOWER_HEX:32}"
      digest|FROM alpine@sha256:{LOWER_HEX:64}
      digest|integrity="sha384-{ALNUM:64}"
      digest|"integrity": "sha512-{ALNUM:86}=="
      digest|--hash=sha256:{LOWER_HEX:64}
      digest|file_hash = "{LOWER_HEX:64}"
      digest|cache_key = "{LOWER_HEX:32}"
      digest|h1:{ALNUM:43}=
      asset|<script src="/assets/app.{LOWER_HEX:20}.js"></script>
      asset|<link href="main-{LOWER_HEX:16}.css" rel="stylesheet">
      asset|.css-{LOWER_ALNUM:7} {"display":"flex"}
      asset|background: url(/img/{LOWER_HEX:32}.png);
      asset|class="sc-{ALNUM:6} {ALNUM:6} btn"
      placeholder|API_KEY=YOUR_API_KEY
      placeholder|api_key = "xxxxxxxxxxxxxxxxxxxxxxxx"
      placeholder|token: <token>
      placeholder|Authorization: Bearer <YOUR_TOKEN>
      placeholder|password: ${DB_PASSWORD}
      placeholder|password = "changeme"
      placeholder|aws_access_key_id = AKIAIOSFODNN7EXAMPLE
      placeholder|aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
      placeholder|OPENAI_API_KEY=sk-your-key-here
      placeholder|GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
      placeholder|token: {{ .Values.token }}
      placeholder|password: "********"
      placeholder|secret = os.environ["CLIENT_SECRET"]
      placeholder|token = ${{ secrets.GITHUB_TOKEN }}
      placeholder|curl -u username:password https://host.example
      placeholder|curl -u "$USER:$PASSWORD" https://host.example
      placeholder|postgres://user:password@localhost:5432/db
      placeholder|mysql -u root -p shop
      placeholder|STRIPE_KEY=sk_test_REPLACE_ME
      placeholder|password: [REDACTED]
      placeholder|DB_PASSWORD=secret
      placeholder|"apiKey": "INSERT_API_KEY_HERE"
      placeholder|password=%PASSWORD%
      placeholder|DATADOG_API_KEY=<datadog-api-key>
      placeholder|heroku_api_key: 00000000-0000-0000-0000-000000000000
      placeholder|slack_token = "xoxb-your-token-goes-here"
      image|<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUA{ALNUM:90}">
      image|url(data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9z\
      dmciPjwvc3ZnPg==)
      image|"thumbnail": "/9j/4AAQSkZJRgABAQEAYABgAAD{ALNUM:100}"
      text|aGVsbG8gd29ybGQsIHRoaXMgaXMganVzdCBhIHNlbnRlbmNlIGZvciBhIHRlc3Q=
      text|eyJuYW1lIjoiYm9iIiwiYWdlIjo0Mn0=
      minified|!function(e,t)\
      {"object"==typeof exports?module.exports=t():e.key=t()}(this,function(){var a1b2c3=0});
      minified|var n=t.token||r.tokenKey,o=e.password.length>8?i(n):a.secret;
      minified|{key:"onMouseEnter2",token:"keyword.other",value:"string.quoted.double"}
      public|ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ{ALNUM:200} bob@host
      public|ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{ALNUM:42} alice@laptop
      public|-----BEGIN PUBLIC KEY-----\\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A{ALNUM:32}\\n-----END \
      PUBLIC KEY-----
      public|-----BEGIN CERTIFICATE-----\\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkq{ALNUM:32}
      public|publicKey: "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE{ALNUM:86}"
      public|public_key = "{LOWER_HEX:64}"
      public|PublicKeyToken={LOWER_HEX:16}
      public|Serial Number: 0{LOWER_HEX:1}:8f:3a:11:{LOWER_HEX:2}:{LOWER_HEX:2}:9c:77
      public|SHA1 Fingerprint={LOWER_HEX:40}
      public|key id: 4AEE18F83AFDEB23
      public|SHA256:{ALNUM:43} bob@host (ED25519)
      version|version = "2.14.3-rc1+build.20240501"
      version|com.acme:token-client:1.2.3-SNAPSHOT
      version|node-v20.11.1-linux-x64.tar.gz
      version|"lodash": "^4.17.21"
      version|us.gcr.io/acme/app:v1.42.0-20240501-a1b2c3d
      name|accessTokenProvider = new AccessTokenProvider2(config);
      name|const secretKeyName = "prod/db/credentials-v2";
      name|token_type = "urn:ietf:params:oauth:token-type:access_token"
      name|private static final String PASSWORD_KEY = "spring.datasource.password";
      name|private_key_path = "/etc/ssl/private/server2.key"
      name|secretArn: arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-AbCdEf
      name|keyboard = "qwertz-de-105-keys-layout2"
      name|"keyword": "constant.language.boolean2"
      name|partition_key = "customer#2024-05-01#orders"
      name|primaryKey: "order_items_2024_pkey"
      name|i18n_key = "settings.account2.password.label"
      name|setPassword(user.getPassword2())
      name|password = getpass.getpass("Password: ")
      name|<input type="password" name="password2" autocomplete="new-password">
      name|"password": "required"
      name|passwordRules: required|min:8|confirmed
      name|hubspot_form_id = UUID
      name|linear gradient: 135deg, #a1b2c3 0%, #d4e5f6 100%
      name|discord channel 123456789012345678
      id|01HV3Z8QK2N5R7T9W{BASE32:9}
      id|order ULID 01ARZ3NDEKTSV4RRFFQ69G5FAV shipped
      id|product key XXXXX-XXXXX-XXXXX-XXXXX-XXXXX
      id|SKU: AB12-CD34-EF56-GH78
      id|invoice INV-2024-000123-AX
      id|i-0{LOWER_HEX:16} is running in vpc-0{LOWER_HEX:16}
      id|trace_id={LOWER_HEX:32} span_id={LOWER_HEX:16}
      id|ISBN 978-3-16-148410-0
      id|_id: ObjectId("{LOWER_HEX:24}")
      id|tx 0x{LOWER_HEX:64}
      id|https://www.youtube.com/watch?v={ALNUM:11}
      id|https://docs.google.com/document/d/1{ALNUM:43}/edit
      id|arXiv:2401.01234v2
      id|AC12345-REV2 part number
      prose|The password must have at least 8 characters and 1 digit.
      prose|Your token expires in 3600 seconds; refresh it with v2 of the API.
      prose|A secret is 32 bytes of randomness, see RFC4086.
      prose|I forgot my password again, is there a reset link?
      prose|Set the api key in Settings2 and restart.
      prose|the password is incorrect
      prose|The key is to practise every day, as Chapter12 explains.
      prose|password reset link: https://acme.example/reset
      prose|My password manager is KeePass2 since 2019.
      """;

  private LookAlikes() {}

  /** Each kind of them, a few times where they have random parts. */
  static List<Sample> all(RandomGenerator random) {
    List<Sample> samples = new ArrayList<>();
    FORMS.lines().forEach(line -> samples.add(sample(line, random)));
    for (int i = 0; i < 8; i++) {
      byte[] noise = new byte[60 + i * 20];
      for (int j = 0; j < noise.length; j++) {
        noise[j] = (byte) random.nextInt(256);
      }
      samples.add(new Sample("noise", "blob: " + Base64.getEncoder().encodeToString(noise)));
    }
    return samples;
  }

  private static Sample sample(String line, RandomGenerator random) {
    String[] parts = line.split("\\|", 2);
    String form =
        parts[1]
            .replace(
                "UUID", "{LOWER_HEX:8}-{LOWER_HEX:4}-4{LOWER_HEX:3}-a{LOWER_HEX:3}-{LOWER_HEX:12}")
            .replace("\\n", "\n");
    return new Sample(parts[0], filled(form, random));
  }

  /** Fills only braces that hold an alphabet and a count. */
  private static String filled(String form, RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    for (int open = form.indexOf('{'); open >= 0; open = form.indexOf('{', open + 1)) {
      int close = form.indexOf('}', open);
      String inside = close < 0 ? "" : form.substring(open + 1, close);
      if (inside.matches("[A-Z0-9_]+:\\d+")) {
        text.append(form, at, open);
        text.append(new SecretForms.Form("", true, "{" + inside + "}").sample(random));
        at = close + 1;
      }
    }
    return text.append(form.substring(at)).toString();
  }
}
