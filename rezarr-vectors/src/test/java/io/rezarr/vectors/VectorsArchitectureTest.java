package io.rezarr.vectors;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import io.rezarr.testkit.ArchitectureContract;
import org.junit.jupiter.api.Test;

class VectorsArchitectureTest extends ArchitectureContract {
    /** The packages themselves, without those below them: {@code layout} comes after both layouts. */
    VectorsArchitectureTest() {
        super(
                "vectors.model",
                "vectors.write",
                "vectors.metadata",
                "vectors.node",
                "vectors.layout.v07",
                "vectors.layout.v09",
                "vectors.layout",
                "vectors.rechunk",
                "vectors.pyramid",
                "vectors.digest",
                "vectors.validate",
                "vectors.info",
                "vectors.api");
    }

    @Test
    void theLayoutsDoNotKnowEachOther() {
        slices().matching("io.rezarr.vectors.layout.(*)")
                .should()
                .notDependOnEachOther()
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void nothingBelowKnowsOfVectors() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.rezarr.vectors..", "io.rezarr.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.rezarr.vectors..")
                .check(CLASSES);
    }
}
