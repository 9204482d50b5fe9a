package io.rezarr.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import org.junit.jupiter.api.Test;

class CoreArchitectureTest extends ArchitectureContract {
    CoreArchitectureTest() {
        super("array..");
    }

    @Test
    void metadataTouchNoStoreAndNoFile() {
        noClasses()
                .that()
                .resideInAPackage("io.rezarr.metadata..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.rezarr.store..", "io.rezarr.memory..", "java.nio.file..", "java.nio.channels..")
                .check(CLASSES);
    }
}
