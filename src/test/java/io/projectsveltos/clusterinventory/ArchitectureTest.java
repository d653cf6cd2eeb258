package io.projectsveltos.clusterinventory;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;

/** Dependencies between packages go one way, so that each can be read and replaced without the packages that use it. */
@AnalyzeClasses(packagesOf = Main.class, importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.projectsveltos.clusterinventory";

    /** Packages for operating the process. The domain, which is everything else, does not depend on them. */
    private static final String[] OPERATIONS = {"events", "health", "http", "leaderelection", "logging", "metrics"};

    @ArchTest
    static final ArchRule COMPONENTS_KNOW_NOTHING_OF_THE_CONTROLLER = knowNothingOf(
            "component..", "clusterprofile", "failure", "credential", "registration", "sveltos", "settings");

    @ArchTest
    static final ArchRule THE_WORKQUEUE_KNOWS_NOTHING_OF_KUBERNETES =
            knowNothingOf("component.workqueue", "component.kubernetes");

    @ArchTest
    static final ArchRule THE_KUBERNETES_COMPONENTS_KNOW_NOTHING_OF_THE_WORKQUEUE =
            knowNothingOf("component.kubernetes", "component.workqueue");

    @ArchTest
    static final ArchRule THE_INPUT_KNOWS_NOTHING_OF_THE_OUTPUTS =
            knowNothingOf("clusterprofile", "credential", "registration", "sveltos");

    @ArchTest
    static final ArchRule REGISTRATIONS_KNOW_NOTHING_OF_THE_OUTPUTS = knowNothingOf("registration", "sveltos");

    @ArchTest
    static final ArchRule CREDENTIALS_KNOW_NOTHING_OF_THE_OUTPUTS =
            knowNothingOf("credential..", "hooks", "registration", "sveltos");

    @ArchTest
    static final ArchRule HOOKS_KNOW_NOTHING_OF_THE_OUTPUTS = knowNothingOf("hooks", "registration", "sveltos");

    @ArchTest
    static final ArchRule THE_DOMAIN_KNOWS_NOTHING_OF_OPERATIONS = noClasses()
            .that()
            .resideInAnyPackage(in(
                    "component..",
                    "clusterprofile",
                    "failure",
                    "credential..",
                    "hooks",
                    "registration",
                    "sveltos",
                    "reconcile"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(in(OPERATIONS));

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_MAIN_KNOWS_THE_COMMAND_LINE_AND_THE_WIRING = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, ROOT + ".cli", ROOT + ".wiring", ROOT + ".command")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT, ROOT + ".cli", ROOT + ".wiring");

    @ArchTest
    static final ArchRule ONLY_MAIN_KNOWS_THE_COMMANDS = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, ROOT + ".command")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".command");

    @ArchTest
    static final ArchRule THE_COMMAND_LINE_KNOWS_NO_OTHER_PACKAGE = noClasses()
            .that()
            .resideInAPackage(ROOT + ".cli")
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT + "..").and(resideOutsideOfPackage(ROOT + ".cli")));

    @ArchTest
    static final ArchRule BEANS_KNOW_NOTHING_OF_EXCHANGES = noClasses()
            .that()
            .resideInAnyPackage(in("clusterprofile", "failure", "registration", "sveltos"))
            .or()
            .resideInAnyPackage(
                    in("credential", "credential.golang", "credential.kubeconfig", "credential.secretreader"))
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(
                    org.apache.camel.Exchange.class,
                    org.apache.camel.CamelContext.class,
                    org.apache.camel.Processor.class);

    @ArchTest
    static final ArchRule EVERY_CLASS_IS_IN_A_KNOWN_PACKAGE = classes()
            .should()
            .resideInAnyPackage(Stream.of(
                            Stream.of(ROOT),
                            Stream.of(in(
                                    "cli",
                                    "command",
                                    "settings",
                                    "wiring",
                                    "reconcile",
                                    "clusterprofile",
                                    "failure",
                                    "sveltos")),
                            Stream.of(in("hooks", "registration", "routefile")),
                            Stream.of(in("credential", "credential.exec", "credential.golang")),
                            Stream.of(in("credential.kubeconfig", "credential.route", "credential.secretreader")),
                            Stream.of(in("component.kubernetes", "component.workqueue")),
                            Stream.of(in(OPERATIONS)))
                    .flatMap(packages -> packages)
                    .toArray(String[]::new));

    private static ArchRule knowNothingOf(String who, String... others) {
        return noClasses()
                .that()
                .resideInAPackage(ROOT + "." + who)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        in(Stream.of(others).map(other -> other + "..").toArray(String[]::new)));
    }

    private static String[] in(String... packages) {
        return Stream.of(packages).map(name -> ROOT + "." + name).toArray(String[]::new);
    }
}
