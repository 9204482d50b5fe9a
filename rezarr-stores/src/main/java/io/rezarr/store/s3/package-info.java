/**
 * Stores in S3 and what speaks its protocol. The only place with an import of the AWS SDK.
 */
@NullMarked
package io.rezarr.store.s3;

import org.jspecify.annotations.NullMarked;
