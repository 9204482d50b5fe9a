package io.rezarr.store;

import io.rezarr.error.InvalidRequestException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Where an HTTP store is, and what is sent to it.
 *
 * @param base without user, password and query; no slash at the end
 * @param query added to every request, as signed URLs need it; {@code null} if there is none
 * @param authorization the header's value made of user and password; {@code null} if there are none
 */
record HttpAddress(
        String base, @Nullable String query, @Nullable String authorization) {
    private static final String HEX = "0123456789ABCDEF";

    /** @throws InvalidRequestException if it is no HTTP URL; the message holds no secrets */
    static HttpAddress of(String url) {
        String shown = StoreLocation.withoutSecrets(url);
        URI uri;
        try {
            uri = new URI(url).parseServerAuthority();
        } catch (URISyntaxException e) {
            // Its message, and so the cause, would show the whole URL.
            throw new InvalidRequestException(
                    "'" + shown + "' is no URL: " + e.getReason() + ". Write such characters as %XX.");
        }
        if (uri.getHost() == null || uri.getRawFragment() != null) {
            throw new InvalidRequestException("'" + shown + "' "
                    + (uri.getHost() == null ? "names no host" : "has a part behind '#', which servers do not see")
                    + "; write https://HOST/PATH");
        }
        String base = uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                + uri.getRawPath().replaceAll("/+$", "");
        String user = uri.getUserInfo();
        String authorization = user == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        return new HttpAddress(base, uri.getRawQuery(), authorization);
    }

    /** The address of a value. Whatever is not a letter, digit or {@code -._~} in its key is written as %XX. */
    URI of(StoreKey key) {
        StringBuilder text = new StringBuilder(base).append('/');
        for (byte b : key.value().getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-._~/".indexOf(c) >= 0;
            if (plain) {
                text.append(c);
            } else {
                text.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        return URI.create(
                query == null ? text.toString() : text.append('?').append(query).toString());
    }

    /** Whether requests carry something that must not go to another server. */
    boolean isSecret() {
        return authorization != null || query != null;
    }
}
