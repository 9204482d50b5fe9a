package io.rezarr.store.s3;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/** Clients of the AWS SDK as an address asks for them. */
final class S3Clients {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    static final int ATTEMPTS = 8;

    /** The connection class of the JDK waits up to five seconds for the answer to it, which many servers do not give. */
    private static final class WithoutExpect implements ExecutionInterceptor {
        @Override
        public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
            return context.httpRequest().toBuilder().removeHeader("Expect").build();
        }
    }

    private S3Clients() {}

    static S3Client of(S3Address address) {
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT_PATIENCE)
                        .socketTimeout(PATIENCE))
                .overrideConfiguration(configuration -> {
                    configuration
                            .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                    .maxAttempts(ATTEMPTS)
                                    .circuitBreakerEnabled(false)
                                    .build())
                            .addExecutionInterceptor(new WithoutExpect());
                    if (address.profile() != null) {
                        configuration.defaultProfileName(address.profile());
                    }
                });
        if (address.anonymous()) {
            builder.credentialsProvider(AnonymousCredentialsProvider.create());
        } else if (address.profile() != null) {
            builder.credentialsProvider(DefaultCredentialsProvider.builder()
                    .profileName(address.profile())
                    .build());
        }
        URI endpoint = address.endpoint();
        if (endpoint != null) {
            // What is not AWS seldom has a host name for each bucket, and may not know checksums behind the body.
            builder.endpointOverride(endpoint)
                    .forcePathStyle(true)
                    .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .serviceConfiguration(S3Configuration.builder()
                            .chunkedEncodingEnabled(false)
                            .build());
        }
        setRegion(builder, address);
        return builder.build();
    }

    private static void setRegion(S3ClientBuilder builder, S3Address address) {
        if (address.region() != null) {
            builder.region(Region.of(address.region()));
            return;
        }
        try {
            builder.region(DefaultAwsRegionProviderChain.builder()
                    .profileName(address.profile())
                    .build()
                    .getRegion());
        } catch (SdkClientException e) {
            // None is configured: where AWS is asked, it tells the bucket's own.
            builder.region(Region.US_EAST_1).crossRegionAccessEnabled(address.endpoint() == null);
        }
    }
}
