package io.rezarr.plan;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.rezarr.testkit.ArchitectureRules;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order of the packages of rezarr-engine, as in {@code ARCHITECTURE.md}; {@link PurityTest} says more of two of them. */
class EngineArchitectureTest {
    /** A package may use those before it, none after it. */
    private static final List<String> ORDER = List.of("shuffle", "plan", "execute", "commit", "verify", "rechunk");

    private static final JavaClasses CLASSES = ArchitectureRules.productClasses();

    @Test
    void dataFlowsDownTheListOfPackages() {
        ArchitectureRules.requireOrder(
                ORDER.stream().map(EngineArchitectureTest::in).toList(), CLASSES);
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
    void coreKnowsNothingOfTheEngine() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        in("error"), in("memory"), in("json"), in("store"), in("metadata"), in("codec"), in("array"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ORDER.stream().map(EngineArchitectureTest::in).toArray(String[]::new))
                .check(CLASSES);
    }
}
