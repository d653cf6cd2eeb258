package io.projectsveltos.clusterinventory.credential.kubeconfig;

/**
 * What is wrong with a kubeconfig.
 *
 * @param isFatal true when Sveltos must never receive it: it leads to no server, or where it leads is uncertain. False when
 *     the worst consequence is an error in Sveltos, or that Sveltos uses a program or file inside its own pods
 * @param message what is wrong, as the predicate of a sentence about the kubeconfig, without any of its values
 */
public record KubeconfigFault(boolean isFatal, String message) {}
