package io.rezarr.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import io.rezarr.testkit.ArchitectureContract;
import org.junit.jupiter.api.Test;

/** Sees all that the product is made of. */
class CliArchitectureTest extends ArchitectureContract {
    CliArchitectureTest() {
        super("cli..");
    }

    @Test
    void onlyTheCommandLineKnowsPicocli() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.rezarr.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(CLASSES);
    }
}
