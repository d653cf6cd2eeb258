package io.projectsveltos.clusterinventory.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.projectsveltos.clusterinventory.command.CaseRunner.Verified;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The answer of {@code try --cases}; its fields are those of the JSON output.
 *
 * @param passed how many cases passed
 * @param failed how many did not
 * @param results one for each case, in the order of the files
 */
record CasesReport(int passed, int failed, List<Result> results) {

    /**
     * A case that was run.
     *
     * @param file its file
     * @param name its name
     * @param passed whether all is as expected
     * @param millis how long it took, in milliseconds
     * @param differences what is not as expected, one line each
     * @param unanswered HTTP requests that the case has no answer for
     * @param steps the steps of the route, one line each
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Result(
            String file,
            String name,
            boolean passed,
            long millis,
            List<String> differences,
            List<String> unanswered,
            List<String> steps) {}

    /**
     * Runs the cases of files.
     *
     * @param files the files
     * @param moreRoutes route files in addition to those that the files name, separated by commas
     * @throws IllegalArgumentException if a file is not valid
     */
    static CasesReport run(List<Path> files, String moreRoutes) throws IOException {
        List<Result> results = new ArrayList<>();
        for (Path file : files) {
            CaseFile read = CaseFile.read(file);
            // a file that is named twice is loaded once
            Set<String> routes = new TreeSet<>(read.routes());
            Stream.of(moreRoutes.split(",")).filter(route -> !route.isEmpty()).forEach(routes::add);
            CaseRunner runner = new CaseRunner(List.copyOf(routes));
            read.cases().forEach(found -> results.add(run(runner, file, found.within(read))));
        }
        int passed = (int) results.stream().filter(Result::passed).count();
        return new CasesReport(passed, results.size() - passed, results);
    }

    private static Result run(CaseRunner runner, Path file, RouteCase given) {
        long start = System.nanoTime();
        try {
            Verified verified = runner.verify(given, context -> {});
            return new Result(
                    file.toString(),
                    given.name(),
                    verified.differences().isEmpty(),
                    Duration.ofNanos(System.nanoTime() - start).toMillis(),
                    verified.differences(),
                    verified.outcome().unanswered(),
                    verified.outcome().steps());
        } catch (Exception e) {
            return new Result(
                    file.toString(),
                    given.name(),
                    false,
                    Duration.ofNanos(System.nanoTime() - start).toMillis(),
                    List.of("the routes do not start, or the case is not valid: " + message(e)),
                    List.of(),
                    List.of());
        }
    }

    private static String message(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    String text() {
        TextTable table = new TextTable();
        for (Result result : results) {
            table.row(
                    result.passed() ? "Passed" : "Failed",
                    result.file() + ": " + result.name() + ", " + result.millis() + " ms");
            if (!result.passed()) {
                result.differences().forEach(difference -> table.row("", difference));
                result.unanswered().forEach(request -> table.row("", "no answer is given for " + request));
                result.steps().forEach(step -> table.row("  Step", step));
            }
        }
        return "Cases: " + passed + " passed, " + failed + " failed\n\n" + table.text();
    }
}
