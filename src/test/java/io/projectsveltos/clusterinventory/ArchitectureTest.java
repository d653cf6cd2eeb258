package io.projectsveltos.clusterinventory;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;

/** The arrows between packages go one way, so that each can be read, and replaced, without the next. */
@AnalyzeClasses(packagesOf = Main.class, importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.projectsveltos.clusterinventory";

    @ArchTest
    static final ArchRule COMPONENTS_KNOW_NOTHING_OF_THE_CONTROLLER =
            knowNothingOf("component..", "clusterprofile", "credential", "sveltos", "operations");

    @ArchTest
    static final ArchRule THE_WORKQUEUE_KNOWS_NOTHING_OF_KUBERNETES =
            knowNothingOf("component.workqueue", "component.kubernetes");

    @ArchTest
    static final ArchRule THE_KUBERNETES_COMPONENTS_KNOW_NOTHING_OF_THE_WORKQUEUE =
            knowNothingOf("component.kubernetes", "component.workqueue");

    @ArchTest
    static final ArchRule THE_INPUT_KNOWS_NOTHING_OF_WHAT_IS_MADE_OF_IT =
            knowNothingOf("clusterprofile", "credential", "sveltos", "operations");

    @ArchTest
    static final ArchRule CREDENTIALS_KNOW_NOTHING_OF_WHO_USES_THEM =
            knowNothingOf("credential", "sveltos", "operations");

    @ArchTest
    static final ArchRule THE_OUTPUTS_KNOW_NOTHING_OF_OPERATIONS = knowNothingOf("sveltos", "operations");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_ROOT = noClasses()
            .that(resideInAPackage(ROOT + ".*.."))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT);

    @ArchTest
    static final ArchRule THE_ROOT_BUT_FOR_THE_WIRING_KNOWS_NOBODY = noClasses()
            .that()
            .resideInAPackage(ROOT)
            .and()
            .doNotBelongToAnyOf(ControllerConfiguration.class, Diagnostics.class, Main.class)
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT + ".*.."));

    @ArchTest
    static final ArchRule BEANS_KNOW_NOTHING_OF_EXCHANGES = noClasses()
            .that(resideInAnyPackage(ROOT + ".clusterprofile", ROOT + ".credential", ROOT + ".sveltos"))
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(
                    org.apache.camel.Exchange.class,
                    org.apache.camel.CamelContext.class,
                    org.apache.camel.Processor.class);

    @ArchTest
    static final ArchRule EVERY_CLASS_IS_IN_A_KNOWN_PACKAGE = classes()
            .should()
            .resideInAnyPackage(
                    ROOT,
                    ROOT + ".clusterprofile",
                    ROOT + ".credential",
                    ROOT + ".credential.dropin",
                    ROOT + ".credential.exec",
                    ROOT + ".sveltos",
                    ROOT + ".operations.health",
                    ROOT + ".operations.http",
                    ROOT + ".operations.metrics",
                    ROOT + ".operations.logging",
                    ROOT + ".operations.leaderelection",
                    ROOT + ".operations.events",
                    ROOT + ".component.kubernetes",
                    ROOT + ".component.workqueue");

    private static ArchRule knowNothingOf(String who, String... others) {
        return noClasses()
                .that()
                .resideInAPackage(ROOT + "." + who)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(Stream.of(others)
                        .map(other -> ROOT + "." + other + "..")
                        .toArray(String[]::new));
    }
}
