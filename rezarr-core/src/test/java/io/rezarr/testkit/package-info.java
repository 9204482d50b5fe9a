/**
 * What the tests of several modules share: contracts of pluggable kinds, generators, golden stores.
 */
@NullMarked
package io.rezarr.testkit;

import org.jspecify.annotations.NullMarked;
