package io.rezarr.vectors;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.rezarr.testkit.ArchitectureRules;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order of the packages of rezarr-vectors, as in {@code ARCHITECTURE.md}. */
class VectorsArchitectureTest {
    /** A package may use those before it, none after it. */
    private static final List<String> ORDER = List.of(
            "model",
            "write",
            "metadata",
            "node",
            "layout.v07",
            "layout.v09",
            "layout",
            "rechunk",
            "pyramid",
            "digest",
            "validate",
            "info",
            "api");

    private static final JavaClasses CLASSES = ArchitectureRules.productClasses();

    @Test
    void dataFlowsDownTheListOfPackages() {
        ArchitectureRules.requireOrder(
                ORDER.stream().map(VectorsArchitectureTest::in).toList(), CLASSES);
    }

    /** The package itself, without those below it: {@code layout} comes after both layouts. */
    private static String in(String name) {
        return "io.rezarr.vectors." + name;
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

    @Test
    void nothingIsPrintedOrLogged() {
        ArchitectureRules.requireNothingPrintedOrLogged(CLASSES);
    }
}
