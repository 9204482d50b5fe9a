package io.rezarr.store.s3;

import io.rezarr.error.InvalidRequestException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a store in S3 is: {@code s3://BUCKET/PREFIX?endpoint=URL&region=NAME&profile=NAME&anonymous=true}. Keys are not secret, so nothing in it
 * is; credentials come from where all tools of AWS look for them.
 *
 * @param prefix of all keys: {@code ""}, or with a slash at the end
 * @param endpoint of a server that is not that of AWS; {@code null}: what the environment or the profile says, or AWS
 * @param region {@code null} likewise
 * @param profile in the configuration files of AWS; {@code null}: the one that is usual
 * @param anonymous whether requests are not signed
 */
record S3Address(
        String bucket,
        String prefix,
        @Nullable URI endpoint,
        @Nullable String region,
        @Nullable String profile,
        boolean anonymous) {
    private static final List<String> PARAMETERS = List.of("endpoint", "region", "profile", "anonymous");

    /** @throws InvalidRequestException if it has another form */
    static S3Address of(String url) {
        int query = url.indexOf('?');
        String place = query < 0 ? url : url.substring(0, query);
        String path = place.replaceFirst("^[sS]3:(//)?", "");
        int slash = path.indexOf('/');
        String bucket = slash < 0 ? path : path.substring(0, slash);
        if (!bucket.matches("[A-Za-z0-9._-]{1,255}") || !place.startsWith("//", 3)) {
            throw new InvalidRequestException("'" + place + "' names no bucket; write s3://BUCKET/PREFIX");
        }
        Map<String, String> parameters = parameters(place, query < 0 ? "" : url.substring(query + 1));
        String prefix = slash < 0 ? "" : path.substring(slash + 1).replaceAll("/+$", "");
        String anonymous = parameters.getOrDefault("anonymous", "false");
        if (!anonymous.equals("true") && !anonymous.equals("false")) {
            throw new InvalidRequestException("'" + place + "': anonymous is true or false");
        }
        return new S3Address(
                bucket,
                prefix.isEmpty() ? "" : prefix + "/",
                endpoint(place, parameters.get("endpoint")),
                parameters.get("region"),
                parameters.get("profile"),
                Boolean.parseBoolean(anonymous));
    }

    private static Map<String, String> parameters(String place, String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String item : query.split("&", -1)) {
            int equals = item.indexOf('=');
            String name = equals < 0 ? item : item.substring(0, equals);
            if (query.isEmpty()) {
                continue;
            }
            if (equals < 0 || !PARAMETERS.contains(name) || parameters.containsKey(name)) {
                // Its value may be a secret that somebody put where it does not belong.
                throw new InvalidRequestException("'" + place + "' is followed by the parameter '" + name
                        + "'; there are, each once and with a value, " + String.join(", ", PARAMETERS)
                        + ". Credentials are taken from the environment or a profile, never from the URL.");
            }
            parameters.put(name, URLDecoder.decode(item.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return parameters;
    }

    private static @Nullable URI endpoint(String place, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null && uri.getScheme().matches("https?") && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Said below, for whatever reason it is none.
            return refuse(place);
        }
        return refuse(place);
    }

    private static URI refuse(String place) {
        throw new InvalidRequestException("'" + place + "': endpoint must be a URL, http://HOST:PORT or https://HOST");
    }

    String location() {
        return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1));
    }
}
