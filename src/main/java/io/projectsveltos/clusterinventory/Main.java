package io.projectsveltos.clusterinventory;

public final class Main {
    private Main() {}

    public static void main(String[] args) {}
}
