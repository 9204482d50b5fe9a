package io.rezarr.plan;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class PurityTest {
    private static final JavaClasses ENGINE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar")) // the testkit, once core is packaged
            .importPackages("io.rezarr");

    @Test
    void planningTouchesNoStoreAndRunsNothing() {
        noClasses()
                .that()
                .resideInAPackage("io.rezarr.plan..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.rezarr.store..",
                        "io.rezarr.execute..",
                        "io.rezarr.verify..",
                        "io.rezarr.commit..",
                        "io.rezarr.rechunk..",
                        "java.io..",
                        "java.nio..",
                        "java.util.concurrent..")
                .check(ENGINE);
    }

    @Test
    void runningKnowsNothingOfVerifyingAndCommitting() {
        noClasses()
                .that()
                .resideInAPackage("io.rezarr.execute..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.rezarr.verify..", "io.rezarr.commit..", "io.rezarr.rechunk..")
                .check(ENGINE);
    }
}
