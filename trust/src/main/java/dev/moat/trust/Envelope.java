package dev.moat.trust;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Text;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A payload and signatures over it and its type: a DSSE v1 envelope. What is signed is the
 * pre-authentication encoding (PAE) of the payload bytes as carried; they are never parsed and
 * written again.
 */
public final class Envelope {
  /** How many bytes an envelope may have as JSON. */
  public static final int ENVELOPE_BYTES_MAX = 16 << 20;

  private static final int SIGNATURES_MAX = 16;
  private static final int TYPE_CHARACTERS_MAX = 256;

  private final String payloadType;
  private final byte[] payload;
  private final List<Signature> signatures;

  private Envelope(String payloadType, byte[] payload, List<Signature> signatures) {
    this.payloadType = payloadType;
    this.payload = payload.clone();
    this.signatures = List.copyOf(signatures);
  }

  /** One signature, in standard base64, and which key is said to have made it. */
  public record Signature(String keyId, String base64) {}

  /** Signs a payload. */
  public static Envelope sign(String payloadType, byte[] payload, SigningKey key) {
    byte[] signature = key.sign(encoding(payloadType, payload));
    String base64 = Base64.getEncoder().encodeToString(signature);
    return new Envelope(payloadType, payload, List.of(new Signature(key.id(), base64)));
  }

  /** Whether this key made one of the signatures; the key id is a hint and decides nothing. */
  public boolean isSignedBy(VerifyKey key) {
    byte[] encoding = encoding(payloadType, payload);
    return signatures.stream()
        .map(signature -> Base64.getDecoder().decode(signature.base64()))
        .anyMatch(signature -> key.verify(encoding, signature));
  }

  /** The media type of the payload. */
  public String payloadType() {
    return payloadType;
  }

  /** The payload. */
  public byte[] payload() {
    return payload.clone();
  }

  /** The signatures. */
  public List<Signature> signatures() {
    return signatures;
  }

  /** The JSON form. */
  public JsonNode toJson() {
    ArrayNode list = Json.array();
    for (Signature signature : signatures) {
      list.add(Json.object().put("keyid", signature.keyId()).put("sig", signature.base64()));
    }
    ObjectNode tree = Json.object();
    tree.put("payloadType", payloadType);
    tree.put("payload", Base64.getEncoder().encodeToString(payload));
    tree.set("signatures", list);
    return tree;
  }

  /** Reads the JSON form; both base64 alphabets are accepted, other fields are ignored. */
  public static Envelope parse(byte[] json) {
    if (json.length > ENVELOPE_BYTES_MAX) {
      throw malformed("larger than " + ENVELOPE_BYTES_MAX + " bytes");
    }
    JsonNode tree = Json.parse(json, "envelope");
    String type = text(tree, "payloadType");
    JsonNode list = tree.path("signatures");
    if (type.isEmpty() || type.length() > TYPE_CHARACTERS_MAX) {
      throw malformed("its payloadType is empty or too long");
    }
    if (!list.isArray() || list.isEmpty() || list.size() > SIGNATURES_MAX) {
      throw malformed("it has not 1 to " + SIGNATURES_MAX + " signatures");
    }
    List<Signature> signatures = new ArrayList<>();
    for (JsonNode entry : list) {
      String keyId = entry.has("keyid") ? text(entry, "keyid") : "";
      byte[] signature = decoded(text(entry, "sig"), "sig");
      signatures.add(new Signature(keyId, Base64.getEncoder().encodeToString(signature)));
    }
    return new Envelope(type, decoded(text(tree, "payload"), "payload"), signatures);
  }

  /** The bytes that are signed: {@code DSSEv1 len(type) type len(payload) payload}. */
  static byte[] encoding(String payloadType, byte[] payload) {
    byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(("DSSEv1 " + type.length + " ").getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(type);
    out.writeBytes((" " + payload.length + " ").getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(payload);
    return out.toByteArray();
  }

  private static byte[] decoded(String base64, String field) {
    try {
      return Base64.getDecoder().decode(base64.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException _) {
      throw malformed("its " + field + " is not base64");
    }
  }

  private static String text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.isString()) {
      throw malformed("\"" + Text.shortened(field, 40) + "\" is not a text");
    }
    return value.stringValue();
  }

  private static Failure malformed(String why) {
    return Failure.invalid("envelope: " + why + "; give a DSSE v1 envelope");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Envelope envelope
        && payloadType.equals(envelope.payloadType)
        && Arrays.equals(payload, envelope.payload)
        && signatures.equals(envelope.signatures);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(payload);
  }
}
