package io.projectsveltos.clusterinventory.apiserver;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/** The custom resources that the controller reads and writes, for a client without their classes. */
public final class ResourceTypes {

    public static final ResourceDefinitionContext CLUSTER_PROFILES = clusterProfiles("v1alpha1");

    public static final ResourceDefinitionContext SVELTOS_CLUSTERS =
            type("lib.projectsveltos.io", "v1beta1", "SveltosCluster", "sveltosclusters");

    private ResourceTypes() {}

    public static ResourceDefinitionContext clusterProfiles(String version) {
        return type("multicluster.x-k8s.io", version, "ClusterProfile", "clusterprofiles");
    }

    private static ResourceDefinitionContext type(String group, String version, String kind, String plural) {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion(version)
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(true)
                .build();
    }
}
