package io.rvbbit.udf.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses cascades reach. */
final class AddressRulesTest {
    private static boolean allows(String address, String... allowed) {
        return new AddressRules(List.of(allowed).stream().map(Network::parse).toList())
                .allows(InetAddress.ofLiteral(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "127.0.0.1",
                "127.255.255.254",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.1",
                "192.168.1.1",
                "198.18.0.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::127.0.0.1",
                "64:ff9b::7f00:1",
                "fe80::1",
                "fc00::1",
                "fd12:3456::1",
                "fec0::1",
                "ff02::1",
                "2001:0:7f00:1::1",
                "2001:db8::1",
                "2002:7f00:1::1"
            })
    void an_address_that_is_not_public_is_closed(String address) {
        assertThat(allows(address)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "172.15.255.255",
                "172.32.0.1",
                "192.167.0.1",
                "::ffff:1.1.1.1",
                "2606:4700:4700::1111",
                "2a00:1450::1"
            })
    void a_public_address_is_open(String address) {
        assertThat(allows(address)).isTrue();
    }

    @Test
    void what_is_configured_is_open_and_nothing_beside_it() {
        assertThat(allows("127.0.0.1", "127.0.0.1")).isTrue();
        assertThat(allows("::ffff:127.0.0.1", "127.0.0.1")).isTrue();
        assertThat(allows("127.0.0.2", "127.0.0.1")).isFalse();
        assertThat(allows("10.7.255.1", "10.7.0.0/16")).isTrue();
        assertThat(allows("10.8.0.1", "10.7.0.0/16")).isFalse();
        assertThat(allows("fd00::9", "::1", "fd00::/64")).isTrue();
        assertThat(allows("::1", "127.0.0.1")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", ""})
    void what_is_no_network_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Network.parse(text));
    }
}
