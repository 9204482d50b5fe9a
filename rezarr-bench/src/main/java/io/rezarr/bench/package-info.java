/**
 * Benchmarks (JMH). Package-private kernels are reached through the public classes that use them. Each invocation
 * handles so many MiB as its {@code OperationsPerInvocation} says: where there is one, operations per second are MiB/s.
 */
@NullMarked
package io.rezarr.bench;

import org.jspecify.annotations.NullMarked;
