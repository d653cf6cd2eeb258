package io.projectsveltos.clusterinventory.component.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceTypeTest {

    private static final ResourceType PROFILES =
            new ResourceType("multicluster.x-k8s.io", "v1alpha1", "clusterprofiles");

    @Test
    void usesApiForTheCoreGroup() {
        assertEquals("api/v1/namespaces/fleet/secrets/spoke", ResourceType.SECRETS.path("fleet", "spoke"));
        assertEquals("api/v1/secrets", ResourceType.SECRETS.collectionPath(null));
    }

    @Test
    void usesApisForOtherGroups() {
        assertEquals(
                "apis/multicluster.x-k8s.io/v1alpha1/namespaces/fleet/clusterprofiles/spoke",
                PROFILES.path("fleet", "spoke"));
        assertEquals("apis/multicluster.x-k8s.io/v1alpha1/clusterprofiles", PROFILES.collectionPath(null));
    }

    @Test
    void escapesNamesInPaths() {
        assertEquals(
                "api/v1/namespaces/a%2Fb%3Fc/secrets/..%2F..%2Fnodes%23%20%25",
                ResourceType.SECRETS.path("a/b?c", "../../nodes# %"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", ".."})
    void refusesANameThatChangesThePath(String name) {
        assertThrows(IllegalArgumentException.class, () -> ResourceType.SECRETS.path("fleet", name));
        assertThrows(IllegalArgumentException.class, () -> ResourceType.SECRETS.path(name, "spoke"));
    }

    @Test
    void hasTheQualifiedNameOfKubectl() {
        assertEquals("clusterprofiles.multicluster.x-k8s.io", PROFILES.qualifiedName());
        assertEquals("secrets", ResourceType.SECRETS.qualifiedName());
        assertEquals("multicluster.x-k8s.io/v1alpha1", PROFILES.apiVersion());
        assertEquals("v1", ResourceType.SECRETS.apiVersion());
    }
}
