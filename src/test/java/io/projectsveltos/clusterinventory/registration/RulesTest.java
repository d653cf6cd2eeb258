package io.projectsveltos.clusterinventory.registration;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.events.SetClock;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RulesTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Registered UNLABELLED = new Registered(Map.of(), Map.of());

    private final SetClock clock = new SetClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Rules rules = rules(
            Map.of("region", "$(property:region)", "k8s", "$(version)", "manager", "$(clusterManager)"),
            Map.of(),
            null);

    @Test
    void addNothingWithoutAFile() {
        Rules none = new Rules(Registrations.read(""), MINUTE, clock);

        assertSame(RuleValues.NONE, values(none, profile(), null));
    }

    @Test
    void takeLabelsFromPropertiesTheVersionAndTheClusterManager() {
        assertEquals(
                Map.of("region", "West_Europe", "k8s", "v1.33.1_k3s1", "manager", "manager"),
                values(rules, properties("West Europe").status("version", Map.of("kubernetes", "v1.33.1+k3s1")), null)
                        .labels());
    }

    @Test
    void leaveOutALabelWhoseFieldTheProfileLacks() {
        assertEquals(
                Map.of("manager", "manager"), values(rules, profile(), null).labels());
    }

    @Test
    void takeDataAsItIs() {
        Rules withData = rules(Map.of(), Map.of("region", "r: $(property:region)", "other", "$(property:x)"), null);

        assertEquals(
                Map.of("region", "r: West Europe"),
                values(withData, properties("West Europe"), null).data());
    }

    @Test
    void nameTheLabelsOfTheProfileThatTheyReplace() {
        RuleValues different = values(rules, properties("eu").labelled("region", "us"), null);
        RuleValues equal = values(rules, properties("eu").labelled("region", "eu"), null);

        assertEquals(List.of("region"), different.replaced());
        assertEquals("eu", different.labels().get("region"));
        assertEquals(List.of(), equal.replaced());
    }

    @Test
    void takeAChangeOnceItHasHeldForAMinute() {
        RuleValues changed = region("us", "eu");
        assertEquals("eu", changed.labels().get("region"));
        assertEquals(MINUTE, changed.delay());
        clock.advance(Duration.ofSeconds(59));
        RuleValues later = region("us", "eu");
        assertEquals("eu", later.labels().get("region"));
        assertEquals(Duration.ofSeconds(1), later.delay());

        clock.advance(Duration.ofSeconds(1));

        RuleValues settled = region("us", "eu");
        assertEquals("us", settled.labels().get("region"));
        assertNull(settled.delay());
    }

    @Test
    void takeAChangeAgainWhoseApplyHasFailed() {
        region("us", "eu");
        clock.advance(MINUTE);
        assertEquals("us", region("us", "eu").labels().get("region"));

        assertEquals("us", region("us", "eu").labels().get("region"));
    }

    @Test
    void ignoreAValueThatFlaps() {
        for (int i = 0; i < 10; i++) {
            assertEquals("eu", region("us", "eu").labels().get("region"));
            clock.advance(Duration.ofSeconds(30));
            RuleValues back = region("eu", "eu");
            assertEquals("eu", back.labels().get("region"));
            assertNull(back.delay());
            clock.advance(Duration.ofSeconds(30));
        }
    }

    @Test
    void waitAgainForAThirdValue() {
        region("us", "eu");
        clock.advance(Duration.ofSeconds(59));

        assertEquals(MINUTE, region("asia", "eu").delay());
    }

    @Test
    void dropALabelOnceItsFieldHasBeenGoneForAMinute() {
        Registered before = new Registered(Map.of("region", "eu", "manager", "manager"), Map.of());
        Fixtures.Profile without = profile();
        assertEquals("eu", values(rules, without, before).labels().get("region"));

        clock.advance(MINUTE);

        assertEquals(
                Map.of("manager", "manager"), values(rules, without, before).labels());
    }

    @Test
    void addALabelThatTheClusterLacksImmediately() {
        RuleValues values = values(rules, properties("eu"), UNLABELLED);

        assertEquals("eu", values.labels().get("region"));
        assertNull(values.delay());
    }

    @Test
    void leaveALabelOfTheProfileToTheProfileWhenTheyHaveNoValue() {
        RuleValues values =
                values(rules, profile().labelled("region", "mars"), new Registered(Map.of("region", "mars"), Map.of()));

        assertNull(values.labels().get("region"));
        assertNull(values.delay());
    }

    @Test
    void settleEachLabelByItself() {
        Registered before = new Registered(Map.of("region", "eu", "k8s", "v1", "manager", "manager"), Map.of());
        values(rules, properties("us").status("version", Map.of("kubernetes", "v1")), before);
        clock.advance(Duration.ofSeconds(40));

        RuleValues both = values(rules, properties("us").status("version", Map.of("kubernetes", "v2")), before);
        assertEquals(Duration.ofSeconds(20), both.delay());
        clock.advance(Duration.ofSeconds(20));
        RuleValues one = values(rules, properties("us").status("version", Map.of("kubernetes", "v2")), before);

        assertEquals(Map.of("region", "us", "k8s", "v1", "manager", "manager"), one.labels());
        assertEquals(Duration.ofSeconds(40), one.delay());
    }

    @Test
    void forgetAProfileThatIsGone() {
        region("us", "eu");
        clock.advance(Duration.ofSeconds(59));

        rules.forget(ObjectKey.parse(Fixtures.KEY));

        assertEquals(MINUTE, region("us", "eu").delay());
    }

    @Test
    void takeTheShardFromTheFirstApply() {
        assertEquals(
                "shard-eu",
                shard("shard-$(property:region)", properties("eu"), null).shard());
    }

    @Test
    void registerNoClusterWhoseShardIsUnknown() {
        ReconcileFailure failure = assertThrows(ReconcileFailure.class, () -> shard("$(label:shard)", profile(), null));

        assertEquals(Reason.ShardUnknown, failure.getReason());
        assertTrue(failure.getMessage().contains("lacks $(label:shard)"), failure::getMessage);
    }

    @Test
    void waitForTheStatusOfAProfileWhoseShardIsUnknown() {
        assertNull(shard("$(property:shard)", profile().withoutStatus(), null).shard());
    }

    @Test
    void doNotCreateAClusterAgainWhoseShardIsUnknown() {
        Rules sharded = rules(Map.of(), Map.of(), "$(property:shard)");

        assertThrows(
                ReconcileFailure.class,
                () -> sharded.values(profile().withoutStatus().build(), true, key -> null));
    }

    @Test
    void keepTheShardOfAClusterWhoseProfileLosesTheField() {
        Registered before = new Registered(Map.of(), Map.of(Rules.SHARD, "a"));

        assertEquals("a", shard("$(label:shard)", profile(), before).shard());
        assertNull(shard("$(label:shard)", profile(), UNLABELLED).shard());
    }

    @Test
    void changeTheShardOnceItHasHeldForAMinute() {
        Registered before = new Registered(Map.of(), Map.of(Rules.SHARD, "a"));
        Rules sharded = rules(Map.of(), Map.of(), "$(property:region)");
        assertEquals("a", values(sharded, properties("b"), before).shard());

        clock.advance(MINUTE);

        assertEquals("b", values(sharded, properties("b"), before).shard());
    }

    @Test
    void spreadClustersOverBucketsAlwaysInTheSameWay() {
        Map<String, Long> counts = IntStream.range(0, 1000)
                .mapToObj(i -> shard("shard-$(hash:4)", profile().named("member-" + i), null)
                        .shard())
                .collect(Collectors.groupingBy(shard -> shard, Collectors.counting()));

        assertEquals(4, counts.size());
        counts.values().forEach(count -> assertTrue(count > 200 && count < 300, counts::toString));
        // another value would move the clusters of every user to other shards
        assertEquals(
                "shard-1",
                shard("shard-$(hash:4)", profile().named("member"), null).shard());
    }

    private static RuleValues values(Rules rules, Fixtures.Profile profile, Registered registered) {
        return rules.values(profile.build(), false, key -> registered);
    }

    private RuleValues region(String now, String before) {
        return values(rules, properties(now), new Registered(Map.of("region", before, "manager", "manager"), Map.of()));
    }

    private RuleValues shard(String template, Fixtures.Profile profile, Registered registered) {
        return values(rules(Map.of(), Map.of(), template), profile, registered);
    }

    private Rules rules(Map<String, String> labels, Map<String, String> data, String shard) {
        RuleSet set = new RuleSet(parsed(labels), parsed(data), shard == null ? null : ProfileTemplate.parse(shard));
        return new Rules(new Registrations(List.of(), set), MINUTE, clock);
    }

    private static Map<String, ProfileTemplate> parsed(Map<String, String> values) {
        Map<String, ProfileTemplate> templates = new HashMap<>();
        values.forEach((name, value) -> templates.put(name, ProfileTemplate.parse(value)));
        return templates;
    }

    private static Fixtures.Profile properties(String region) {
        return profile().status("properties", List.of(Map.of("name", "region", "value", region)));
    }
}
