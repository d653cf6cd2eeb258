package io.projectsveltos.clusterinventory.credential.kubeconfig;

/**
 * What is wrong with a kubeconfig.
 *
 * @param isFatal true when it may not be handed to Sveltos at all: it leads to no server, or where it leads is not known.
 *     False when the worst that follows is an error of Sveltos, or a program or file of its own pods that it uses
 * @param message what is wrong, as the rest of a sentence about the kubeconfig, without any of its values
 */
public record KubeconfigFault(boolean isFatal, String message) {}
