package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class AssignmentDetectorTest {
  @Test
  void findsPasswordsInCodeAndConfiguration() {
    for (String frame :
        List.of(
            "String password = \"%s\";",
            "password=%s\nuser=me",
            "db.password: %s\n",
            "\"password\": \"%s\",",
            "{'dbPassword':'%s'}",
            "<password>%s</password>",
            "export DB_PASSWORD=%s\n",
            "config.setPassword(\"%s\");",
            "options.put(\"password\", \"%s\");",
            "mysql --password %s -u root",
            "curl https://h.example/login?user=a&password=%s&x=1",
            "spring.datasource.password = %s",
            "my password is %s thanks",
            "PASSWORD_PROD='%s'")) {
      for (String value : List.of("hX7!kq29Lm", "tr0ub4dor&3", "Blau3Wolke!")) {
        if (value.contains("&") && frame.contains("?user")) {
          continue; // an ampersand ends a value there
        }
        String text = frame.formatted(value);
        assertEquals(List.of("password=" + value), Found.in(text), text);
      }
    }
  }

  @Test
  void findsGeneratedCredentials() {
    String value = "8fJ2kLq0ZxW7vB3nT5rY";
    for (String frame :
        List.of(
            "api_key = \"%s\"",
            "apiKey: '%s'",
            "X-Api-Key: %s\r\n",
            "Authorization: Bearer %s\r\n",
            "client_secret=%s",
            "\"secretAccessKey\" : \"%s\"",
            "AccountKey=%s;EndpointSuffix=core.windows.net",
            "token=%s",
            "private static final String AUTH_TOKEN = \"%s\";",
            "withCredentials(\"%s\")")) {
      String text = frame.formatted(value);
      assertEquals(List.of("credential=" + value), Found.in(text), text);
    }
  }

  @Test
  void findsTheLastPasswordOfConnectionString() {
    for (String frame :
        List.of(
            "\"Server=db;User Id=sa;Password=%s;\"",
            "'Server=db;Uid=sa;Pwd=%s;'", "\"{\\\"url\\\":\\\"Server=db;Pwd=%s;\\\"}\"")) {
      String text = frame.formatted("kQx9vLmWz3");
      assertEquals(List.of("password=kQx9vLmWz3"), Found.in(text), text);
    }
    assertEquals(List.of(), Found.in("password = newPassword2;\n"));
    assertEquals(List.of(), Found.in("password=copyOfIt2;"));
  }

  @Test
  void findsPasswordsWhoseNameStandsInPair() {
    for (String frame :
        List.of(
            "<property name=\"db.password\" value=\"%s\"/>",
            "<add key='DbPassword' value='%s' />",
            "{\"name\": \"DB_PASSWORD\", \"value\": \"%s\"}",
            "\"{\\\"name\\\":\\\"DB_PASSWORD\\\",\\\"value\\\":\\\"%s\\\"}\"",
            "- name: DB_PASSWORD\n  value: %s\n",
            "- name: DB_PASSWORD\n  value: \"%s\"\n",
            "<name>db.password</name>\n    <value>%s</value>",
            "<property><name>db.password</name><value>%s</value></property>")) {
      String text = frame.formatted("kQx9vLmWz3");
      assertEquals(List.of("password=kQx9vLmWz3"), Found.in(text), text);
    }
  }

  @Test
  void leavesPairsOfOtherNames() {
    for (String text :
        List.of(
            "<property name=\"url\" value=\"kQx9vLmWz3\"/>",
            "- name: DB_HOST\n  value: kQx9vLmWz3\n",
            "password\n  value: kQx9vLmWz3",
            "text=\"password\" value=\"kQx9vLmWz3\"",
            "value: value: value: kQx9vLmWz3",
            "<name>db.url</name><value>kQx9vLmWz3</value>")) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }

  @Test
  void findsPasswordsOfStatementsAndTools() {
    for (String frame :
        List.of(
            "create user app identified by '%s';",
            "ALTER USER app IDENTIFIED BY \"%s\"",
            "create role app with login password '%s';",
            "\"ALTER ROLE app PASSWORD '%s'\"",
            "machine git.corp.test login jane password %s\n",
            "PGPASSWORD=%s psql -h db",
            "pgpasswd: %s")) {
      String text = frame.formatted("kQx9vLmWz3");
      assertEquals(List.of("password=kQx9vLmWz3"), Found.in(text), text);
    }
    for (String text : List.of("sorted by 'kQx9vLmWz3'", "the password PBKDF2-like string")) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }

  @Test
  void findsCredentialsNamedWithoutAnOperator() {
    String value = "8fJ2kLq0ZxW7vB3nT5rY9c";
    for (String frame :
        List.of(
            "ENV API_TOKEN %s\n",
            "setx ACME_API_KEY \"%s\"",
            "Authorization: Token %s\r\n",
            "here is the api key %s, thanks",
            "use the secret key `%s` for it",
            "ACME_SECRET ?= %s\n")) {
      String text = frame.formatted(value);
      assertEquals(List.of("credential=" + value), Found.in(text), text);
    }
    for (String text :
        List.of("the key " + value, "a token " + value.substring(0, 12), "monkey " + value)) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }

  @Test
  void findsPasswordsInSentences() {
    for (String frame :
        List.of(
            "my password is %s",
            "The password for the staging box is %s, do not share it.",
            "use password %s for the demo",
            "the passphrase was %s.")) {
      String text = frame.formatted("hunter2-Foo");
      assertEquals(List.of("password=hunter2-Foo"), Found.in(text), text);
    }
    for (String text :
        List.of(
            "the password policy is AES-256-GCM",
            "My password manager is KeePass2 since 2019",
            "the password is incorrect",
            "a password hash is SHA-256")) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }

  @Test
  void findsPasswordsOfLettersAloneWhereTheyAreNothingElse() {
    for (String frame :
        List.of(
            "DB_PASSWORD=%s\n",
            "ADMIN_PASS=%s", "export PGPASSWORD=%s\n", "\"password\": \"%s\"")) {
      String text = frame.formatted("correcthorse");
      assertEquals(List.of("password=correcthorse"), Found.in(text), text);
    }
    for (String text :
        List.of(
            "password=correcthorse",
            "PASSWORD=readPassword()",
            "PASSWORD=changeme",
            "DB_PASSWORD=secretpassword",
            "\"password\": \"required\"",
            "\"password\": \"Contrasena\"",
            "\"password\": \"wachtwoord\"",
            "MODE=correcthorse")) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }

  @Test
  void leavesCodeAndSamplesAlone() {
    for (String text :
        List.of(
            "password = \"changeit\"",
            "password = \"password123\"",
            "password = \"${DB_PASSWORD}\"",
            "password: <your-password>",
            "String password = System.getenv(\"DB_PASSWORD\");",
            "String password = config.readPassword2();",
            "this.password = password2;",
            "password = \"jdbc.connection.password\"",
            "\"password\": \"Enter your password here\"",
            "token = tokens.next();",
            "int tokenType = 1234567890;",
            "tokenId = \"0123456789abcdef0123456789abcdef\"",
            "secretName = \"projects/abc123def456/secrets/x1\"",
            "keyword = \"aB3dE5fG7hI9jK1lM3nO5\"",
            "key = \"user.name.first\"",
            "String KEY = \"hadoop.security.token.service.use_ip2\"",
            "password is required, see section 12.3",
            "the token is invalid and 401 returned",
            "apiKey = \"xxxxxxxxxxxxxxxxxxxx\"",
            "passwordFile=/etc/secrets/db1.txt",
            "password=/run/secrets/db1",
            "@Param(name = \"password\", value = \"the password of user 1\")",
            "tokenizer = \"bert-base-uncased-v2-1234\"")) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }

  @Test
  void takesAnEndlessValueFromItsBeginning() {
    String value = "a1B2c3D4e5F6g7H8!".repeat(60);
    assertEquals(List.of("password=" + value), Found.in("password = \"" + value + "\";"));
    assertEquals(List.of("credential=" + value), Found.in("token=" + value + " "));
  }

  @Test
  void findsPasswordsInAddresses() {
    assertEquals(
        List.of("url-password=s3cr9tpw"),
        Found.in("jdbc:postgresql://app:s3cr9tpw@db.internal:5432/main"));
    assertEquals(List.of("url-password=Zk%21x9"), Found.in("amqp://svc:Zk%21x9@10.1.2.3/vhost"));
    assertEquals(List.of(), Found.in("https://user:password@host/path"));
    assertEquals(List.of(), Found.in("http://host:8080/a@b"));
    assertEquals(List.of(), Found.in("http://user:${PW}@host/"));
  }
}
