package dev.moat.core;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A range of IP addresses, written as CIDR (RFC 4632, RFC 4291): {@code 10.0.0.0/8}, {@code
 * 2001:db8::/32}, or one address. An IPv4 address inside IPv6 ({@code ::ffff:10.0.0.1}) counts as
 * the IPv4 address that it is.
 */
public record Network(InetAddress first, int bits) {
  private static final int TEXT_CHARACTERS_MAX = 64;
  private static final Pattern BITS = Pattern.compile("0|[1-9][0-9]{0,2}");

  /** Four numbers without leading zeros, which some read as octal. */
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})");

  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

  /** Checks that the prefix fits the address, and that nothing stands behind the prefix. */
  public Network {
    byte[] address = first.getAddress();
    if (bits < 0 || bits > 8 * address.length) {
      throw invalid(first.getHostAddress() + "/" + bits, "its prefix is longer than its address");
    }
    if (bits < 8 * address.length && !isZeroFrom(address, bits)) {
      throw invalid(first.getHostAddress() + "/" + bits, "has bits set behind its prefix");
    }
  }

  /** Reads {@code ADDRESS/BITS} or one address. */
  public static Network parse(String text) {
    int slash = text.indexOf('/');
    Optional<InetAddress> address = address(slash < 0 ? text : text.substring(0, slash));
    if (address.isEmpty()) {
      throw invalid(text, "is not an address in numbers");
    }
    int most = 8 * address.get().getAddress().length;
    if (slash < 0) {
      return new Network(address.get(), most);
    }
    String bits = text.substring(slash + 1);
    if (!BITS.matcher(bits).matches() || Integer.parseInt(bits) > most) {
      throw invalid(text, "its prefix is not 0 to " + most);
    }
    return new Network(address.get(), Integer.parseInt(bits));
  }

  /** The address that the numbers name; no name is ever looked up. */
  public static Optional<InetAddress> address(String text) {
    boolean numbers = IPV4.matcher(text).matches() || IPV6.matcher(text).matches();
    if (!numbers || text.length() > TEXT_CHARACTERS_MAX) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** Whether the address lies in the range; one of the other family never does. */
  public boolean contains(InetAddress address) {
    byte[] own = first.getAddress();
    byte[] other = address.getAddress();
    if (own.length != other.length) {
      return false;
    }
    int whole = bits / 8;
    for (int i = 0; i < whole; i++) {
      if (own[i] != other[i]) {
        return false;
      }
    }
    int mask = 0xFF00 >> bits % 8 & 0xFF;
    return mask == 0 || (own[whole] & mask) == (other[whole] & mask);
  }

  /** The range as {@link #parse} reads it. */
  @Override
  public String toString() {
    return first.getHostAddress() + "/" + bits;
  }

  /** Whether all bits from number {@code from} on are zero. */
  private static boolean isZeroFrom(byte[] address, int from) {
    int mask = 0xFF >> from % 8;
    if ((address[from / 8] & mask) != 0) {
      return false;
    }
    for (int i = from / 8 + 1; i < address.length; i++) {
      if (address[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static Failure invalid(String text, String why) {
    return new Failure(
        new Problem.Invalid(
            "network \""
                + Text.shortened(text, 60)
                + "\": "
                + why
                + "; write it as 10.0.0.0/8, 2001:db8::/32 or one address",
            "networks"));
  }
}
