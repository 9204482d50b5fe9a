package io.rezarr.vectors;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import io.rezarr.testkit.ArchitectureContract;
import org.junit.jupiter.api.Test;

class VectorsArchitectureTest extends ArchitectureContract {
    VectorsArchitectureTest() {
        super("vectors.api");
    }

    @Test
    void theLayoutsDoNotKnowEachOther() {
        slices().matching("io.rezarr.vectors.layout.(*)")
                .should()
                .notDependOnEachOther()
                .allowEmptyShould(true)
                .check(CLASSES);
    }
}
