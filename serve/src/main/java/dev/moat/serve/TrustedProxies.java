package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Network;
import dev.moat.core.Problem;
import dev.moat.core.Settings;
import dev.moat.wire.Headers;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The reverse proxies whose word is taken for where a request comes from; by default none.
 *
 * <p>Each proxy adds to {@code x-forwarded-for} the address that it was called from, at the right.
 * So the list is read from the right for as long as the proxy that wrote an entry is trusted; what
 * stands further left anybody may have written.
 */
record TrustedProxies(List<Network> networks) {
  private static final String FORWARDED = "x-forwarded-for";

  /** How many proxies may stand in a row. */
  private static final int HOPS_MAX = 32;

  /** An address with the port that some proxies add. */
  private static final Pattern WITH_PORT =
      Pattern.compile("\\[([^\\]]*)\\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}");

  TrustedProxies {
    networks = List.copyOf(networks);
  }

  /** Reads {@code trusted-proxies} of the section. */
  static List<Network> read(Settings.Section section) {
    List<String> texts =
        section.texts(
            "trusted-proxies",
            List.of(),
            "Networks of the reverse proxies whose x-forwarded-for is believed.");
    try {
      return texts.stream().map(Network::parse).toList();
    } catch (Failure failure) {
      String place = section.path() + ".trusted-proxies";
      throw new Failure(new Problem.Invalid(place + ": " + failure.problem().message(), place));
    }
  }

  /** Who called, as far as that is known for sure; {@code peer} is the other end of the line. */
  Optional<InetAddress> caller(String peer, Headers headers) {
    int zone = peer.indexOf('%');
    Optional<InetAddress> caller = Network.address(zone < 0 ? peer : peer.substring(0, zone));
    if (networks.isEmpty()) {
      return caller;
    }
    List<String> hops = hops(headers);
    for (int i = hops.size() - 1; i >= 0 && caller.filter(this::trusts).isPresent(); i--) {
      if (hops.size() - i > HOPS_MAX) {
        return Optional.empty();
      }
      caller = address(hops.get(i));
    }
    return caller;
  }

  private boolean trusts(InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  private static List<String> hops(Headers headers) {
    List<String> hops = new ArrayList<>();
    for (String value : headers.all(FORWARDED)) {
      hops.addAll(Arrays.asList(value.split(",", -1)));
    }
    return hops;
  }

  private static Optional<InetAddress> address(String hop) {
    String text = hop.strip();
    Matcher form = WITH_PORT.matcher(text);
    if (!form.matches()) {
      return Network.address(text);
    }
    return Network.address(form.group(1) == null ? form.group(2) : form.group(1));
  }
}
