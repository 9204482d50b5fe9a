package io.rezarr.plan;

import io.rezarr.testkit.ArchitectureContract;

/** {@link PurityTest} says more of two of these packages. */
class EngineArchitectureTest extends ArchitectureContract {
    EngineArchitectureTest() {
        super("rechunk..");
    }
}
