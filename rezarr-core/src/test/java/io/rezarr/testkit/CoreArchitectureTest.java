package io.rezarr.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order of the packages of rezarr-core, as in {@code ARCHITECTURE.md}. */
class CoreArchitectureTest {
    /** A package may use those before it, none after it. */
    private static final List<String> ORDER = List.of("error", "memory", "json", "store", "metadata", "codec", "array");

    private static final JavaClasses CLASSES = ArchitectureRules.productClasses();

    @Test
    void dataFlowsDownTheListOfPackages() {
        ArchitectureRules.requireOrder(
                ORDER.stream().map(CoreArchitectureTest::in).toList(), CLASSES);
    }

    private static String in(String name) {
        return "io.rezarr." + name + "..";
    }

    @Test
    void packagesHaveNoCycles() {
        ArchitectureRules.requireNoCycles(CLASSES);
    }

    @Test
    void nothingIsPrintedOrLogged() {
        ArchitectureRules.requireNothingPrintedOrLogged(CLASSES);
    }

    @Test
    void metadataTouchNoStoreAndNoFile() {
        noClasses()
                .that()
                .resideInAPackage(in("metadata"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(in("store"), in("memory"), "java.nio.file..", "java.nio.channels..")
                .check(CLASSES);
    }
}
