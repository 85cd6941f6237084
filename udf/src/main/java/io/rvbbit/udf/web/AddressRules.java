package io.rvbbit.udf.web;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/**
 * Which addresses may be reached: all public ones, and the networks that are configured.
 *
 * <p>Not public are loopback, private, link-local, shared, reserved and multicast ones, also where
 * an IPv6 address carries such an IPv4 address. Threading: immutable.
 */
public record AddressRules(List<Network> allowed) {
    private static final List<Network> CLOSED =
            List.of(
                    Network.parse("0.0.0.0/8"),
                    Network.parse("10.0.0.0/8"),
                    Network.parse("100.64.0.0/10"),
                    Network.parse("127.0.0.0/8"),
                    Network.parse("169.254.0.0/16"),
                    Network.parse("172.16.0.0/12"),
                    Network.parse("192.0.0.0/24"),
                    Network.parse("192.0.2.0/24"),
                    Network.parse("192.88.99.0/24"),
                    Network.parse("192.168.0.0/16"),
                    Network.parse("198.18.0.0/15"),
                    Network.parse("198.51.100.0/24"),
                    Network.parse("203.0.113.0/24"),
                    Network.parse("224.0.0.0/3"));

    /** All of IPv6 that is given out to the public; the rest is for something else. */
    private static final Network GLOBAL = Network.parse("2000::/3");

    private static final List<Network> CLOSED_V6 =
            List.of(
                    // Teredo and 6to4 carry IPv4 addresses; the others are for documents and tests.
                    Network.parse("2001::/23"),
                    Network.parse("2001:db8::/32"),
                    Network.parse("2002::/16"),
                    Network.parse("3fff::/20"));

    public AddressRules {
        allowed = List.copyOf(allowed);
    }

    public boolean allows(InetAddress address) {
        return allowed.stream().anyMatch(each -> each.contains(address)) || isPublic(address);
    }

    private static boolean isPublic(InetAddress address) {
        return switch (address) {
            case Inet4Address v4 -> CLOSED.stream().noneMatch(each -> each.contains(v4));
            case Inet6Address v6 ->
                    GLOBAL.contains(v6) && CLOSED_V6.stream().noneMatch(each -> each.contains(v6));
            default -> false;
        };
    }
}
